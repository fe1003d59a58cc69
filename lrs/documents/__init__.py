"""State and profile documents as values: merging, entity tags, preconditions.

Nothing here performs I/O, and nothing here knows Flask or MongoDB.
"""
