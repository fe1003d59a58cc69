"""Whether a document or a dossier holds, step by step, from the file alone: no database, no network, no settings.

What each step is, and the format that others can write a verifier for, is in docs/verification.md.
"""
