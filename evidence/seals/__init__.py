"""The organisation's electronic seal (cachet) on PDF files: PAdES, made here and checked here, offline."""

from evidence.seals.checking import check_seal
from evidence.seals.report import Anchor, SealFlaw, SealReport, SealTrust
from evidence.seals.seal import (
    SealedFile,
    SealExpired,
    SealLevel,
    SealMissing,
    SealNotYetValid,
    SealProblem,
    SealState,
    SealUnreadable,
)
from evidence.seals.sealing import Seals

__all__ = [
    "Anchor",
    "SealExpired",
    "SealFlaw",
    "SealLevel",
    "SealMissing",
    "SealNotYetValid",
    "SealProblem",
    "SealReport",
    "SealState",
    "SealTrust",
    "SealUnreadable",
    "SealedFile",
    "Seals",
    "check_seal",
]
