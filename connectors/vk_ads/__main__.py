"""`python -m connectors.vk_ads <stream> --format jsonl`: see `connectors/command.py`."""

import sys

from connectors.command import main
from connectors.vk_ads import SOURCE
from connectors.vk_ads.authorise import authorise, delete_tokens

if __name__ == "__main__":
    words = {"authorise": authorise, "delete_tokens": delete_tokens}
    sys.exit(main(SOURCE, sys.argv[1:], words))
