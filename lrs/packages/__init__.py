"""Content packages: archives opened without trusting them, and what their manifests say.

Nothing here performs I/O but reading the archive that it is given.
"""
