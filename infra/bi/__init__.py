"""Everything that BI gets from the one definition of the metrics.

The definition is dbt's own (`dbt_project/models/metrics`), read by `manifest.py` into the values of
`definitions.py`. `compiler.py` turns a question into one SQL statement over the marts, which
`python -m infra.bi query` asks. `glossary.py`, `contract.py` and `star.py` give pages of the docs;
`python -m infra.bi.pages` writes them.
"""
