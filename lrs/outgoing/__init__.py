"""Requests that leave the deployment: only to where an administrator said, only to addresses that may be asked.

Nothing here knows what is sent or why. `places` is pure: which addresses may be asked; `line` asks.
"""
