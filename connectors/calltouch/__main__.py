"""`python -m connectors.calltouch <stream> --format jsonl`: see `connectors/command.py`."""

import sys

from connectors.calltouch import SOURCE
from connectors.command import main

sys.exit(main(SOURCE, sys.argv[1:]))
