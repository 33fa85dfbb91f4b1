"""`python -m connectors.bitrix24`: see `connectors.command`."""

import sys

from connectors.bitrix24 import SOURCE
from connectors.command import main

sys.exit(main(SOURCE, sys.argv[1:]))
