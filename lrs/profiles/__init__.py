"""xAPI Profiles: which templates a statement matches, and which of their rules it breaks. Nothing here performs I/O.

Terms and algorithms are those of the xAPI Profiles specification, parts two and three.
"""
