"""The dbt project as assets: one op that builds and tests everything that is selected.

The manifest is prepared when the platform is launched (`commands/manifest.py`), never at import;
a code location without one refuses to load and says how to get it.
Concept: https://docs.dagster.io/integrations/libraries/dbt
"""
