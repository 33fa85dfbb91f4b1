"""What a person types: `demo`, `run`, `up`, `down`, `show`, each one file.

Here: starting and stopping processes, and what is printed. Not here: what a run does
(`../definitions.py`). `make help` lists them.
"""
