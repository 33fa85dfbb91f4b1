"""`python -m connectors.csv_spend <stream> --format jsonl`: see `connectors/command.py`."""

import sys

from connectors.command import main
from connectors.csv_spend import SOURCE

sys.exit(main(SOURCE, sys.argv[1:]))
