"""If-Match and If-None-Match: what a sender says about the document it believes is there.

xAPI 1.0.3 Part Three 3.1 and IEEE 9274.1.1 4.1.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lrs.documents.resources import STATE, Resource
from lrs.errors import Conflict, InvalidRequest, PreconditionFailed, Problem
from lrs.versions import Version

# One entity tag and what parts it from the next. A weak tag counts as its strong one, because proxies that
# compress weaken the tags that pass through them; a bare one counts too, because TinCanJS takes the quotes off.
_TAG: Final = re.compile(r'[\s,]*(?:W/)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s",]+))(?=[\s,]|\Z)')

UNGUARDED: Final = (
    "There is a document here already, and the request does not say which one it replaces. Check the current "
    'state of the resource with GET, then send PUT again with "If-Match" set to the ETag of that answer.'
)
UNDECLARED: Final = (
    'A PUT of a profile says what it expects to find: "If-None-Match: *" for nothing, or "If-Match" with the '
    "ETag of the document that it replaces."
)


@dataclass(frozen=True, slots=True)
class Tags:
    """The value of one header: some entity tags, or `*` for any."""

    listed: frozenset[str]
    wildcard: bool = False

    def match(self, tag: str | None) -> bool:
        """Say whether the document with `tag` (None: no document) is among these."""
        return tag is not None and (self.wildcard or tag in self.listed)


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What must hold for the request to be carried out; None where the header was not sent."""

    if_match: Tags | None = None
    if_none_match: Tags | None = None

    def check(self, tag: str | None) -> None:
        """Raise PreconditionFailed unless both hold for the document with `tag` (None: no document)."""
        if self.if_match is not None and not self.if_match.match(tag):
            found = "there is no document here" if tag is None else f'the document here has "{tag}"'
            _fail("If-Match", f"If-Match does not hold: {found}.")
        if self.if_none_match is not None and self.if_none_match.match(tag):
            _fail("If-None-Match", f'If-None-Match does not hold: the document here has "{tag}".')

    def check_put(self, resource: Resource, version: Version, tag: str | None) -> None:
        """Check, and refuse a PUT that overwrites without saying what where the version asks for that.

        1.0.3 lets a State be PUT without either header, and bookmarks of authoring tools rely on it;
        a profile needs one even where there is nothing yet. 2.0 asks for one wherever something exists.
        """
        self.check(tag)
        if self.if_match is not None or self.if_none_match is not None:
            return
        if version is Version.V1_0_3 and resource is STATE:
            return
        if tag is not None:
            raise Conflict(UNGUARDED, [Problem("header:If-Match", UNGUARDED, f'"{tag}"', "Part Three 3.1")])
        if version is Version.V1_0_3:
            raise InvalidRequest(UNDECLARED, [Problem("header:If-None-Match", UNDECLARED, "*", "Part Three 3.1")])


def parse_preconditions(if_match: str | None, if_none_match: str | None) -> Preconditions:
    """Read the two headers, None or blank for one that was not sent; raise InvalidRequest when malformed."""
    return Preconditions(_parse_tags("If-Match", if_match), _parse_tags("If-None-Match", if_none_match))


def _parse_tags(header: str, value: str | None) -> Tags | None:
    text = (value or "").strip()
    if not text:
        return None
    if text == "*":
        return Tags(frozenset(), wildcard=True)
    tags: set[str] = set()
    position = 0
    while position < len(text.rstrip(", ")):
        found = _TAG.match(text, position)
        if found is None:
            message = f"{header} is not a list of entity tags."
            raise InvalidRequest(message, [Problem(f"header:{header}", message, '"tag", "tag" or *', "Part Three 3.1")])
        tags.add(found["bare"] if found["quoted"] is None else found["quoted"])
        position = found.end()
    return Tags(frozenset(tags))


def _fail(header: str, message: str) -> None:
    raise PreconditionFailed(f"{message} Nothing was changed.", [Problem(f"header:{header}", message)])
