"""`python -m connectors.csv_spend <stream> --format jsonl`: see `connectors/command.py`."""

import sys

from connectors.csv_spend import SOURCE
from connectors.command import main

sys.exit(main(SOURCE, sys.argv[1:]))
