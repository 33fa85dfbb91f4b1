"""Imagined companies, and real ones given as files, in the form that the sandbox serves."""
