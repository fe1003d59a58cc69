"""Statements as values: parse, rules, equality, voiding, formats, queries.

Nothing here performs I/O, and nothing here knows Flask or MongoDB.
"""
