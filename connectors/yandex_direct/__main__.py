"""`python -m connectors.yandex_direct <stream> --format jsonl`: see `connectors/command.py`."""

import sys

from connectors.command import main
from connectors.yandex_direct import SOURCE

sys.exit(main(SOURCE, sys.argv[1:]))
