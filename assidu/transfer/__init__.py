"""Statements in and out of files: one a line, in the order in which they were stored."""
