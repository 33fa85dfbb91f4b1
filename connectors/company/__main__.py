"""`python -m connectors.company <stream> --format jsonl`: see `connectors/command.py`."""

import sys

from connectors.company import SOURCE
from connectors.command import main

sys.exit(main(SOURCE, sys.argv[1:]))
