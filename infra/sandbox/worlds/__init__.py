"""Imagined companies, and real ones given as files, in the form in which the sandbox serves them."""
