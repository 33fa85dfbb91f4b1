"""What a person can do about a verdict of a connector (`connectors/errors.py`), in a sentence.

Apart from `failures.py`, because the terminal says it too and need not wait for Dagster's import.
"""

ADVICE = {
    "Misconfigured": "Correct the setting in .env, then start again.",
    "Unauthorized": "Renew the token, or the right it lacks, then start again.",
    "Rejected": "The source refuses the request itself: its page under docs/sources/ says more.",
    "Moved": "Correct the address of the source in .env.",
    "ContractBroken": "Report it: the answer is not what the API documents.",
    "Deferred": "Nothing to do: the quota comes back, and the next run tries again.",
    "Busy": "Find the other load under Runs; nothing was lost.",
}


def what_to_do(verdict: str) -> str:
    """Return the advice; what may pass by itself needs nobody."""
    return ADVICE.get(verdict, "Nothing to do at first: the next run goes on where it stopped.")
