"""Which verb means what: `vocabulary.json`, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from analytics.traces.trace import Role


@cache
def roles() -> Mapping[str, tuple[Role, bool]]:
    """Return for each known verb its role, and whether it is an act of the learner.

    Any other verb is an act without further meaning: senders have a hundred verbs for looking at things, and
    whoever does any of them is there.
    """
    return {verb["iri"]: (Role[verb["role"]], verb["is_act"]) for verb in _data()["verbs"]}


@cache
def questions() -> frozenset[str]:
    """Return the verbs with which a trainee turns to whoever helps."""
    return frozenset(verb["iri"] for verb in _data()["verbs"] if verb.get("is_asking"))


@cache
def counts() -> tuple[str, ...]:
    """Return the extensions that say of how many interactions one statement tells, the first that is there winning."""
    return tuple(item["iri"] for item in _data()["counts"])


@cache
def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = orjson.loads(files(__package__).joinpath("vocabulary.json").read_bytes())
    return found
