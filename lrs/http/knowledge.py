"""What the store knows beside statements: About, Activities, Agents."""

from __future__ import annotations

from typing import Any, Final

import orjson
from flask import Response

from lrs.errors import InvalidRequest, Problem
from lrs.http.exchange import Exchange, View
from lrs.services import Services
from lrs.statements.keys import identifier_text
from lrs.statements.rules import agent_problems, value_problems

VERSIONS: Final = ("1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0")


def about() -> Response:
    """Answer which versions are spoken here; needs no credential and no version."""
    return _json({"version": list(VERSIONS), "extensions": {}})


def get_activity(exchange: Exchange, services: Services) -> Response:
    """Answer what is known of an activity; of one never heard of, its id alone."""
    exchange.only("activityId")
    activity_id = _required(exchange, "activityId")
    problems = value_problems("iri", activity_id, exchange.version, "query:activityId")
    if problems:
        message = "activityId is no IRI."
        raise InvalidRequest(message, problems)
    return _json(services.read.activity(exchange.caller, activity_id))


def get_person(exchange: Exchange, services: Services) -> Response:
    """Answer the Person object of an agent."""
    exchange.only("agent")
    text = _required(exchange, "agent")
    try:
        agent = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _bad_agent("agent is not JSON.") from error
    problems = agent_problems(agent, exchange.version, "query:agent")
    if problems:
        message = "agent is not an Agent."
        raise InvalidRequest(message, problems)
    if identifier_text(agent) is None:
        raise _bad_agent("agent has no identifier.")
    return _json(services.read.person(exchange.caller, agent))


ACTIVITIES: Final[dict[str, View]] = {"GET": get_activity}
AGENTS: Final[dict[str, View]] = {"GET": get_person}


def _required(exchange: Exchange, name: str) -> str:
    if name not in exchange.parameters:
        message = f"{name} is missing."
        raise InvalidRequest(message, [Problem(f"query:{name}", message, f"the parameter {name}")])
    return exchange.parameters[name]


def _bad_agent(message: str) -> InvalidRequest:
    return InvalidRequest(message, [Problem("query:agent", message, "an Agent with one identifier, as JSON")])


def _json(value: dict[str, Any]) -> Response:
    return Response(orjson.dumps(value), mimetype="application/json")
