"""`python -m connectors.bitrix24 deals` prints records; needs no database."""

import sys

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.authorise import authorise
from connectors.command import main

if __name__ == "__main__":
    sys.exit(main(SOURCE, sys.argv[1:], {"authorise": authorise}))
