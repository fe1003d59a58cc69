"""What makes a record one that can be kept: alone (`own`), and beside the others (`beside`).

Nothing here performs I/O.
"""
