"""`python -m connectors.google_ads <stream> --format jsonl`: see `connectors/command.py`."""

import sys

from connectors.command import main
from connectors.google_ads import SOURCE

sys.exit(main(SOURCE, sys.argv[1:]))
