"""What exists: one file per source, dbt, the checks, the publication, the platform."""
