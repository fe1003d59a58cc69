"""What the player is told of a course with rules, and what it asks, as JSON."""

from __future__ import annotations

from typing import Final

import orjson

from lrs.courses.sequencing import Answer, View
from lrs.errors import InvalidRequest, Problem
from lrs.sequencing.overall import Request

_BODY_MOST_BYTES: Final = 10_000
_ASKED: Final = tuple(each.value for each in Request if each not in (Request.START, Request.RESUME_ALL))


def read_request(body: bytes, length: int | None) -> tuple[Request, str | None]:
    """Read `{"request": …, "target": …}`; raise InvalidRequest for anything else."""
    accepted = f'{{"request": {" | ".join(_ASKED)}, "target": an identifier of the manifest}}'
    try:
        said = orjson.loads(body) if (length or len(body)) <= _BODY_MOST_BYTES else None
    except orjson.JSONDecodeError:
        said = None
    wanted, target = (said.get("request"), said.get("target")) if isinstance(said, dict) else (None, None)
    if wanted not in _ASKED or not isinstance(target, str | None):
        message = "This is nothing that can be asked."
        raise InvalidRequest(message, [Problem("/request", message, accepted)])
    return Request(wanted), target


def sequenced(answered: Answer) -> dict[str, object]:
    """Write what became of a request."""
    found: dict[str, object] = {"sequencing": view_shape(answered.view), "number": answered.number}
    if answered.number is None:
        found["closed"] = "over" if answered.is_over or answered.refused is None else answered.refused.value
    return found


def view_shape(view: View) -> dict[str, object]:
    """Write what can be opened."""
    return {
        "refused": ["" if why is None else why.value for why in view.refused], "hidden": list(view.hidden),
        "choices": list(view.choices), "jumps": list(view.jumps), "continue": view.goes_on,
        "previous": view.goes_back, "hidden_controls": list(view.hidden_controls),
    }  # fmt: skip
