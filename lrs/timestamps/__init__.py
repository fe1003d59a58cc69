"""Timestamps by RFC 3161: asking any authority for one over HTTP, and checking one with no network.

`stamp` and `check` and `trust` perform no I/O; `authority` asks over HTTP. Nothing here pauses or tries again: that is
for callers, who know what waits for the stamp.
"""

from lrs.timestamps.authority import NoAuthority, TimestampAuthority
from lrs.timestamps.check import check_stamp
from lrs.timestamps.development import NOT_QUALIFIED, is_development
from lrs.timestamps.stamp import (
    STAMP_FAILURES,
    AuthorityRefused,
    AuthorityUnreachable,
    CheckedStamp,
    ClocksDisagree,
    Stamp,
    Stamper,
    StampFailure,
    StampFlaw,
)
from lrs.timestamps.trust import BadTrust, parse_certificates

__all__ = [
    "NOT_QUALIFIED",
    "STAMP_FAILURES",
    "AuthorityRefused",
    "AuthorityUnreachable",
    "BadTrust",
    "CheckedStamp",
    "ClocksDisagree",
    "NoAuthority",
    "Stamp",
    "StampFailure",
    "StampFlaw",
    "Stamper",
    "TimestampAuthority",
    "check_stamp",
    "is_development",
    "parse_certificates",
]
