"""`python -m connectors.comagic <stream> --format jsonl`: see `connectors/command.py`."""

import sys

from connectors.comagic import SOURCE
from connectors.command import main

sys.exit(main(SOURCE, sys.argv[1:]))
