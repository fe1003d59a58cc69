"""What is archived, and how it is addressed: by the SHA-256 of its bytes. Nothing here performs I/O."""

from evidence.archive.entry import Archived, Claim, Kind, address_of
from evidence.archive.errors import ArchiveDamaged, ArchiveDestroyed

__all__ = ["ArchiveDamaged", "ArchiveDestroyed", "Archived", "Claim", "Kind", "address_of"]
