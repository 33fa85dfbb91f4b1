"""Everything that BI gets from the one definition of the metrics.

The definition is dbt's own (`dbt_project/models/metrics`), read from the manifest by
`definitions.py`. `compiler.py` turns a question into one SQL statement over the marts,
`contract.py` and `glossary.py` write the pages of the docs. `python -m infra.bi` is the command.
"""
