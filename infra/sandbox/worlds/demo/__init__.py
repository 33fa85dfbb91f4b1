"""The demo company: two years of an invented firm that sells windows and air conditioning.

Deterministic: one seed, no wall clock, so that two builds hold the same content. The order of a
build keeps the ledger independent: sales are drawn as business objects (`history`), facts are taken
from those (`facts`), the ledger is written, and only then are records put into the store
(`filling`).
"""
