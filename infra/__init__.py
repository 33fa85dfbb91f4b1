"""What the warehouse stands on: PostgreSQL, the sandbox, the BI kits."""
