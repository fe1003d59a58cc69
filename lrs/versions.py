"""The two versions of the standard, chosen per request."""

from __future__ import annotations

import re
from enum import StrEnum


class Version(StrEnum):
    """The rules a request is held to; the value is what `X-Experience-API-Version` answers."""

    V1_0_3 = "1.0.3"
    V2_0_0 = "2.0.0"


_ONE = re.compile(r"1\.0(\.\d+)?\Z")
_TWO = re.compile(r"2\.0(\.\d+)?\Z")


def find_version(header: str) -> Version | None:
    """Return the rules that a version header asks for, or None when it asks for none that we know.

    >>> find_version("1.0.9"), find_version("2.0"), find_version("0.95")
    (<Version.V1_0_3: '1.0.3'>, <Version.V2_0_0: '2.0.0'>, None)
    """
    if _ONE.match(header):
        return Version.V1_0_3
    if _TWO.match(header):
        return Version.V2_0_0
    return None
