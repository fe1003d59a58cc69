"""The record store: takes statements in, keeps them byte for byte, gives them back.

Reads left to right: `statements` and `documents` are pure, `store` is the only folder that
talks to MongoDB, `ingest` is the one write path, `read` the one read path, `http` translates.
"""
