"""One xAPI request as the views see it, whichever syntax it came in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response
from werkzeug.datastructures import Headers

from lrs.caller import Caller
from lrs.errors import InvalidRequest, Problem
from lrs.services import Services
from lrs.versions import Version


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request after version, credential and alternate request syntax have been dealt with."""

    version: Version
    caller: Caller
    method: str
    parameters: Mapping[str, str]
    headers: Headers
    body: bytes

    @property
    def content_type(self) -> str:
        """Return the Content-Type header as it was sent, or an empty string."""
        return self.headers.get("Content-Type", "")

    def only(self, *names: str) -> None:
        """Refuse any query parameter that is not among `names` (1.0.3 Part Three 3.2: 400)."""
        problems = [
            Problem(
                f"query:{name}",
                "This resource has no such parameter.",
                f"one of {', '.join(names) or 'none'}",
                "XAPI-00324",
            )
            for name in self.parameters
            if name not in names
        ]
        if problems:
            raise InvalidRequest("The request has parameters that this resource does not know.", problems)


View = Callable[[Exchange, Services], Response]
