"""How to talk to the outside: one package per source, and what they share."""
