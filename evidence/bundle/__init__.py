"""The evidence inside a document: what it is, and how the document follows from it.

Pure; nothing here performs I/O, knows MongoDB or the network. Whoever has only the file can do all of this.
"""

from evidence.bundle.form import encode, parse_bundle
from evidence.bundle.parts import (
    FORMAT,
    Bundle,
    DocumentPart,
    FigurePart,
    LedgerPart,
    PeriodPart,
    RecordPart,
    RulesPart,
    StampPart,
    StatementPart,
    SubjectPart,
)
from evidence.bundle.recomputing import Difference, Recomputed, recompute

__all__ = [
    "FORMAT",
    "Bundle",
    "Difference",
    "DocumentPart",
    "FigurePart",
    "LedgerPart",
    "PeriodPart",
    "Recomputed",
    "RecordPart",
    "RulesPart",
    "StampPart",
    "StatementPart",
    "SubjectPart",
    "encode",
    "parse_bundle",
    "recompute",
]
