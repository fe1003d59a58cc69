"""What tests of the gateway stand on: a learner, a SCO, bodies as a player posts them, and what became of them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from lrs.clock import Micros
from lrs.courses.launches import NewLaunch
from lrs.scorm.launch import Launch
from lrs.tenancy import OrganisationId

Json = dict[str, Any]
HERE = Path(__file__).parent
SAMPLES = HERE / "samples"
ACTOR = {"account": {"homePage": "https://lms.example", "name": "stagiaire-1"}}
SCO = {"id": "https://lms.example/scorm/secourisme/1", "definition": {"name": {"fr": "Protéger"}}}
COURSE = {"id": "https://lms.example/scorm/secourisme", "definition": {"name": {"fr": "Secourisme"}}}
REGISTRATION = UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
NOW = Micros(1_767_600_000_000_000)
MINUTE = 60_000_000

LAUNCH = Launch(
    "la_1", OrganisationId(7), "essai", ACTOR, SCO, COURSE, REGISTRATION, None, ("*",), None, None,
    Micros(0), Micros(10**18),
)  # fmt: skip


def wanted(**changes: Any) -> NewLaunch:
    """A launch to make; each attempt of a test has its own learner if it says so."""
    return NewLaunch(**{"actor": ACTOR, "activity": SCO, "course": COURSE, "registration": REGISTRATION, **changes})


def interaction(number: int, response: str = "a", result: str = "incorrect", **changes: Any) -> Json:
    """One interaction of 2004, answered."""
    return {
        "id": f"q{number}", "type": "choice", "objectives": {}, "timestamp": "", "weighting": "1",
        "learner_response": response, "result": result, "latency": "PT12S", "description": f"Question {number} ?",
        "correct_responses": {"0": {"pattern": "b"}}, **changes,
    }  # fmt: skip


def cmi(interactions: list[Json] | None = None, **changes: Any) -> Json:
    """What a content of 2004 remembers."""
    rows = {str(at): row for at, row in enumerate(interactions or [])}
    return {
        "completion_status": "incomplete", "success_status": "unknown", "entry": "ab-initio", "exit": "",
        "location": "page-1", "mode": "normal", "credit": "credit", "score": {}, "progress_measure": "",
        "session_time": "PT0H0M0S", "total_time": "", "suspend_data": "", "interactions": rows, "objectives": {},
        **changes,
    }  # fmt: skip


def body(tree: Json, sequence: int | None = None, **beside: Any) -> bytes:
    """A commit, structured when it has a number, as scorm-again sends it."""
    if sequence is None:
        return json.dumps({"cmi": tree, **beside}, ensure_ascii=False).encode()
    structured = {"runtimeData": {"cmi": tree}, "totalTimeSeconds": 0, "commitSequence": sequence, **beside}
    return json.dumps(structured, ensure_ascii=False).encode()


def cmi_1_2(**changes: Any) -> Json:
    """What a content of 1.2 remembers; `core` and `score` are changed one by one."""
    core = {
        "lesson_location": "page-1", "lesson_status": "incomplete", "entry": "ab-initio", "exit": "",
        "score": {"raw": "", "min": "", "max": ""}, "session_time": "00:00:00", "total_time": "", "credit": "credit",
        "lesson_mode": "normal", **changes.pop("core", {}),
    }  # fmt: skip
    return {"suspend_data": "", "core": core, "objectives": {}, "interactions": {}, **changes}


def short(statement: Json) -> str:
    """A statement in a few words: verb, and what of the SCO it is about."""
    verb = statement["verb"]["id"].rpartition("/")[2]
    about = statement["object"]["id"].removeprefix(SCO["id"]).lstrip("/")
    return f"{verb} {about}".strip()


def shorts(statements: list[Json]) -> list[str]:
    return [short(statement) for statement in statements]


def normal(value: Any) -> Any:
    """JSON without what the store adds to a statement."""
    kept = copy.deepcopy(value)
    for statement in kept:
        for name in ("stored", "authority", "version"):
            statement.pop(name, None)
    return kept
