"""cmi5: course structures, launches, sessions and the rules on what content sends. Nothing here performs I/O.

Requirement ids are the sections of the cmi5 specification (AICC, first edition): `cmi5 9.3.4`.
"""
