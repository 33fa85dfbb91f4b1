"""What must be true of landed data before anything is built on it.

Here: the suites as our own data, and the one module that knows Great Expectations. Not here:
keys and relations of models (dbt's tests) and the shape of an API's answer (the connectors).
"""
