"""When things run: the Dagster definitions, and the commands that start them."""
