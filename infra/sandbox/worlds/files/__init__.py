"""A company given as the files of a CRM export, and a YAML file that says how to read them.

`definition` is the world file, `reading` and `records` turn rows into business objects and count
what cannot be kept, `facts` states what a correct report must find, `filling` writes it all down.
"""
