"""`python -m connectors.company <stream> --format jsonl`: see `connectors/command.py`."""

import sys

from connectors.command import main
from connectors.company import SOURCE

sys.exit(main(SOURCE, sys.argv[1:]))
