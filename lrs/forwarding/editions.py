"""Which version of xAPI a statement is sent under, and what it is written as there. Nothing here performs I/O.

A statement goes as it is, under the version that it was stored by, wherever the other side speaks that. To one that
speaks only the other version it goes under its own id with `version` rewritten, which no record store compares (xAPI
1.0.3 Part Two 2.3.1), if it is valid there; what uses more than the other version has is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import orjson

from lrs.errors import Problem
from lrs.statements.rules import statement_problems
from lrs.versions import Version

# As in lrs.statements.stamp: strings whole, so that what they hold is skipped.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]', re.DOTALL)


class Speaks(StrEnum):
    """Which versions the other record store takes."""

    BOTH = "both"
    ONLY_1_0_3 = "1.0.3"
    ONLY_2_0_0 = "2.0.0"


@dataclass(frozen=True, slots=True)
class Written:
    """A statement as it is to be sent, and under which version; with problems, it cannot be."""

    version: Version
    body: bytes
    problems: tuple[Problem, ...] = ()


def written_for(speaks: Speaks, body: bytes, statement: Mapping[str, Any]) -> Written:
    """Return how a stored statement is sent; `statement` is `body` parsed."""
    own = Version.V2_0_0 if str(statement.get("version", "")).startswith("2.") else Version.V1_0_3
    if speaks is Speaks.BOTH or speaks.value == own.value:
        return Written(own, body)
    wanted = Version(speaks.value)
    problems = statement_problems({**statement, "version": wanted.value}, wanted)
    return Written(wanted, with_version(body, wanted), tuple(problems))


def with_version(body: bytes, version: Version) -> bytes:
    """Return a statement's text with another `version`, every other byte as it is.

    >>> with_version(b'{"object":{"version":"2.0.0"}, "version" : "2.0.0"}', Version.V1_0_3)
    b'{"object":{"version":"2.0.0"}, "version" : "1.0.3"}'
    """
    depth, is_name, found = 0, True, False
    for match in _TOKEN.finditer(body):
        token = match.group()
        if token in (b"{", b"["):
            depth += 1
            is_name = True
        elif token in (b"}", b"]"):
            depth -= 1
        elif depth != 1:
            continue
        elif token == b",":
            is_name = True
        elif token == b":":
            is_name = False
        elif is_name:
            found = orjson.loads(token) == "version"
        elif found:
            return b'%b"%b"%b' % (body[: match.start()], version.value.encode(), body[match.end() :])
    return body
