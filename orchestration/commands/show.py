"""`make show`: the two reports in the terminal, and how a BI tool gets at the rest.

Everything here is read as `bi_reader`, from the published marts: what a BI tool would see.
"""
