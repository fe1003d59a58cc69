"""Everything that is kept as evidence, derived again from raw documents.

What stands here shares no code with what seals, archives and records: a mistake there is not made again here, and an
import contract keeps it so. Nothing here writes. Bytes are hashed, trees grown, notes and tokens verified by code of
this folder; search keys, which are no evidence but decide what a search finds, are extracted again.
"""

from evidence.fsck.check import Check, check_deployment
from evidence.fsck.finding import Finding, Findings, Kind

__all__ = ["Check", "Finding", "Findings", "Kind", "check_deployment"]
