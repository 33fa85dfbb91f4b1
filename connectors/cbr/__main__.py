"""`python -m connectors.cbr <stream> --format jsonl`: see `connectors/command.py`."""

import sys

from connectors.cbr import SOURCE
from connectors.command import main

sys.exit(main(SOURCE, sys.argv[1:]))
