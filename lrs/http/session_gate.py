"""What the token of one cmi5 session opens: that session's learner, activity and registration, and nothing else.

The token is in a browser. Of other people, of other content and of what the platform wrote it must tell nothing that
could be changed, and let nothing be changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import orjson

from lrs.cmi5.terms import Terms
from lrs.cmi5.vocabulary import LAUNCH_DATA
from lrs.errors import Forbidden, Problem
from lrs.http.incoming import Incoming
from lrs.statements.keys import identifier_text
from lrs.statements.query import parse_more_token

_READS: Final = ("GET", "HEAD")
_MORE: Final = "/statements/more/"


def check_session(terms: Terms, path: str, incoming: Incoming) -> None:
    """Refuse what is not the session's; raise Forbidden with every parameter that is another's."""
    parameters = incoming.single_parameters()
    if path.startswith(_MORE):
        problems = list(_more_problems(terms, path.removeprefix(_MORE).rstrip("/")))
    else:
        problems = list(_problems(terms, path.rstrip("/"), incoming.method, parameters))
    if problems:
        message = "The token of a session opens what is of that session alone."
        raise Forbidden(message, problems)


def _problems(terms: Terms, path: str, method: str, parameters: Mapping[str, str]) -> Iterator[Problem]:
    is_read = method in _READS
    if path == "/statements":
        # What is sent is held to the rules of cmi5 (`lrs.cmi5.order`).
        if is_read:
            yield from _learner(terms, parameters)
            yield from _registration(terms, parameters, is_required=True)
    elif path == "/activities/state":
        yield from _learner(terms, parameters)
        yield from _activity(terms, parameters)
        yield from _registration(terms, parameters, is_required=False)
        if not is_read and parameters.get("stateId", LAUNCH_DATA) == LAUNCH_DATA:
            message = "Content does not change its launch data."
            yield Problem("query:stateId", message, "another stateId", "cmi5 10.2.1")
    elif path in ("/agents/profile", "/agents"):
        yield from _learner(terms, parameters)
    elif path == "/activities/profile":
        yield from _activity(terms, parameters)
        if not is_read:
            message = "What is of everybody who launches it, content of one session only reads."
            yield Problem("", message, "GET", "cmi5 12.0")


def _more_problems(terms: Terms, token: str) -> Iterator[Problem]:
    query = parse_more_token(token)
    if query.registration != terms.registration or query.agent != terms.learner:
        yield Problem("", "The link goes on with statements of others.", "a link that this session was given")


def _learner(terms: Terms, parameters: Mapping[str, str]) -> Iterator[Problem]:
    if _identity(parameters.get("agent", "")) != terms.learner:
        yield Problem("query:agent", "The agent is not the learner.", "the actor of the launch address", "cmi5 9.2")


def _activity(terms: Terms, parameters: Mapping[str, str]) -> Iterator[Problem]:
    if parameters.get("activityId") != terms.activity:
        yield Problem("query:activityId", "The activity is not the session's.", terms.activity, "cmi5 8.1.5")


def _registration(terms: Terms, parameters: Mapping[str, str], *, is_required: bool) -> Iterator[Problem]:
    found = parameters.get("registration")
    if (found is None and is_required) or (found is not None and found.lower() != str(terms.registration)):
        message = "The registration is not the session's."
        yield Problem("query:registration", message, str(terms.registration), "cmi5 9.6.1")


def _identity(text: str) -> str | None:
    try:
        agent = orjson.loads(text)
        return identifier_text(agent) if isinstance(agent, dict) else None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
