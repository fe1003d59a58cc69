"""Which verb means what: `vocabulary.json`, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import orjson

from analytics.traces.trace import Role


@cache
def roles() -> Mapping[str, tuple[Role, bool]]:
    """Return for each known verb its role, and whether it is an act of the learner.

    Any other verb is an act without further meaning: senders have a hundred verbs for looking at things, and
    whoever does any of them is there.
    """
    verbs = orjson.loads(files(__package__).joinpath("vocabulary.json").read_bytes())["verbs"]
    return {verb["iri"]: (Role[verb["role"]], verb["is_act"]) for verb in verbs}
