"""The organisation's electronic seal (cachet) on PDF files: PAdES.

Checking one takes the file and certificates alone, and is what this package gives. Making one takes keys from the
database: `evidence.seals.sealing`, which nobody who only checks loads.
"""

from evidence.seals.checking import check_seal
from evidence.seals.report import Anchor, SealFlaw, SealReport, SealTrust
from evidence.seals.seal import (
    SealedFile,
    SealExpired,
    SealLevel,
    SealMissing,
    SealNotYetValid,
    SealProblem,
    SealRevoked,
    SealState,
    SealUnreadable,
)

__all__ = [
    "Anchor",
    "SealExpired",
    "SealFlaw",
    "SealLevel",
    "SealMissing",
    "SealNotYetValid",
    "SealProblem",
    "SealReport",
    "SealRevoked",
    "SealState",
    "SealTrust",
    "SealUnreadable",
    "SealedFile",
    "check_seal",
]
