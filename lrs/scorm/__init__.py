"""SCORM 1.2 and 2004: what a player commits, and the statements that follow. Nothing here performs I/O.

Reads left to right: `commit` parses a body, `values` and `answers` what is in it, `track` is what is remembered of a
learner in a SCO, `placing` says where a commit belongs, `steps` what follows from it, `statements` writes that down.
"""
