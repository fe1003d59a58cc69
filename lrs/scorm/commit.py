"""What a player posts: read whatever its media type, held to the data model of its edition."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import orjson

from lrs.errors import InvalidRequest, Problem
from lrs.scorm.answers import DIGEST_BYTES
from lrs.scorm.elements import Elements
from lrs.scorm.values import Edition, Values, read_values

Json = dict[str, Any]
BODY_MOST_BYTES: Final = 2 * 1024 * 1024
SESSION_MOST: Final = 200
_ACCEPTED: Final = (
    'JSON of scorm-again: {"cmi": …}, with renderCommonCommitFields {"runtimeData": {"cmi": …}, …}, or flattened'
)
_FLAT: Final = "cmi."
_DEEP: Final = 8
# Members of a structured commit that repeat what is below `cmi`, name people, or are the player's own affair.
_END: Final = ("terminate", "isTerminate", "final")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. `interactions` are read once it is known which of them are new."""

    edition: Edition
    values: Values
    interactions: Json | list[Any] | None
    prefix: str
    sequence: int | None
    session: str
    is_end: bool
    digest: bytes

    def elements(self, problems: list[Problem]) -> Elements:
        """Return the elements to read interactions from."""
        return Elements({"interactions": self.interactions}, "cmi", self.edition, problems, self.prefix)


def parse_commit(body: bytes, *, is_end: bool = False, session: str = "", edition: Edition | None = None) -> Commit:
    """Read one commit; raise InvalidRequest with every element that is wrong.

    `is_end` and `session` are what the address says beside the body; `edition` is the only one taken, if given.
    """
    tree = _parse(body)
    nested, prefix = _runtime(tree)
    cmi = nested.get("cmi")
    if not isinstance(cmi, dict) or not cmi:
        raise _refused([Problem(prefix, "There is no data model in this commit.", _ACCEPTED)])
    found = _edition(cmi, prefix)
    problems: list[Problem] = []
    if edition is not None and found is not edition:
        accepted = f"SCORM {edition}, for which the launch was made"
        problems.append(Problem(f"{prefix}/cmi", f"This is SCORM {found}.", accepted))
    values = read_values(Elements(cmi, "cmi", found, problems, prefix), found)
    sequence = _sequence(tree, problems)
    key = _session(session, tree, problems)
    if problems:
        raise _refused(problems)
    ends = is_end or any(tree.get(name) in (True, "true") for name in _END)
    return Commit(found, values, cmi.get("interactions"), prefix, sequence, key, ends, _digest(body, ends, key))


def _parse(body: bytes) -> Json:
    try:
        tree = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = f"This is not JSON: {error}."
        accepted = _ACCEPTED
        if body[:4] == b"cmi.":
            message, accepted = "This is the params format, which loses collections.", "dataCommitFormat: 'json'"
        raise _refused([Problem("", message, accepted)]) from error
    if not isinstance(tree, dict):
        raise _refused([Problem("", "This is no JSON object.", _ACCEPTED)])
    return tree


def _runtime(tree: Json) -> tuple[Json, str]:
    """Return the object that holds `cmi`, and where it stands in the body."""
    if isinstance(tree.get("runtimeData"), dict):
        return _nested(tree["runtimeData"]), "/runtimeData"
    return _nested(tree), ""


def _nested(tree: Json) -> Json:
    """Return a flattened data model as objects in objects; one that is so already stays as it is."""
    if "cmi" in tree or not any(name.startswith(_FLAT) for name in tree):
        return tree
    root: Json = {}
    for name, value in tree.items():
        *path, last = name.split(".")
        if path[:1] != ["cmi"] or len(path) > _DEEP:
            continue
        place = root
        for step in path:
            below = place.setdefault(step, {})
            if not isinstance(below, dict):
                raise _refused([Problem(f"/{name}", f"{name}: This stands below an element that has a value.", "")])
            place = below
        place[last] = value
    return root


def _edition(cmi: Json, prefix: str) -> Edition:
    if "core" in cmi:
        return Edition.V1_2
    if cmi.keys() & {
        "completion_status",
        "success_status",
        "location",
        "learner_id",
        "session_time",
        "progress_measure",
    }:
        return Edition.V2004
    message = "This is the data model of neither SCORM 1.2 nor SCORM 2004."
    accepted = "cmi.core.… of 1.2, or cmi.completion_status, cmi.location … of 2004"
    raise _refused([Problem(f"{prefix}/cmi", message, accepted)])


def _sequence(tree: Json, problems: list[Problem]) -> int | None:
    value = tree.get("commitSequence")
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value
    problems.append(Problem("/commitSequence", "commitSequence: This is no number of a commit.", "1, 2, 3 …"))
    return None


def _session(given: str, tree: Json, problems: list[Problem]) -> str:
    inside = tree.get("sessionId")
    key = given or (inside if isinstance(inside, str) else "")
    if len(key) > SESSION_MOST:
        where = "query:session" if given else "/sessionId"
        problems.append(Problem(where, "This key of a session is too long.", f"at most {SESSION_MOST} characters"))
    return key


def _digest(body: bytes, is_end: bool, key: str) -> bytes:  # noqa: FBT001 - of what is hashed
    hashed = blake2b(body, digest_size=DIGEST_BYTES, person=b"end" if is_end else b"")
    hashed.update(b"\0" + key.encode("utf-8", "surrogatepass"))
    return hashed.digest()


def _refused(problems: list[Problem]) -> InvalidRequest:
    count = len(problems)
    return InvalidRequest(f"Nothing was stored: {count} problem{'s' if count > 1 else ''} in this commit.", problems)
