"""Every other way that traces arrive: files of other systems, and other record stores, made statements once each.

`source` says what an administrator settles; a reader of each kind takes bytes apart; `run` plans, and records all or
nothing. All but `run`, `resolving`, `store` and `pulling` is pure.
"""
