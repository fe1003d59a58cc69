"""What a player posts: read whatever its media type, held to the data model of its edition."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import msgspec
import orjson

from lrs.errors import InvalidRequest, Problem
from lrs.scorm.answers import DIGEST_BYTES, members_of, parsed
from lrs.scorm.elements import Elements
from lrs.scorm.values import Edition, Values, read_values

Json = dict[str, Any]
Members = dict[str, bytes]
_INTERACTIONS: Final = "interactions"
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
    """One commit. `interactions` are as they were written, to be read once it is known which of them are new."""

    edition: Edition
    values: Values
    interactions: bytes
    prefix: str
    sequence: int | None
    session: str
    is_end: bool
    digest: bytes

    def elements(self, problems: list[Problem]) -> Elements:
        """Return the elements to read interactions from."""
        return Elements({}, "cmi", self.edition, problems, self.prefix)


def parse_commit(body: bytes, *, is_end: bool = False, session: str = "", edition: Edition | None = None) -> Commit:
    """Read one commit; raise InvalidRequest with every element that is wrong.

    `is_end` and `session` are what the address says beside the body; `edition` is the only one taken, if given.
    """
    members = _members(body)
    cmi, interactions, prefix = _model(members)
    found = _edition(cmi, prefix)
    problems: list[Problem] = []
    if edition is not None and found is not edition:
        accepted = f"SCORM {edition}, for which the launch was made"
        problems.append(Problem(f"{prefix}/cmi", f"This is SCORM {found}.", accepted))
    values = read_values(Elements(cmi, "cmi", found, problems, prefix), found)
    beside: Json = {name: parsed(members[name]) for name in ("commitSequence", "sessionId", *_END) if name in members}
    sequence = _sequence(beside, problems)
    key = _session(session, beside, problems)
    if problems:
        raise _refused(problems)
    ends = is_end or any(beside.get(name) in (True, "true") for name in _END)
    return Commit(found, values, interactions, prefix, sequence, key, ends, _digest(body, ends, key))


def _members(body: bytes) -> Members:
    """Return the members of a commit, none taken out of its JSON yet."""
    try:
        # The decoder does not look inside the strings that it hands on as they are.
        body.decode("utf-8")
        return members_of(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        message, accepted = "This is no JSON object.", _ACCEPTED
        if body[:4] == b"cmi.":
            message, accepted = "This is the params format, which loses collections.", "dataCommitFormat: 'json'"
        raise _refused([Problem("", message, accepted)]) from error


def _model(members: Members) -> tuple[Json, bytes, str]:
    """Return the elements of a commit but its interactions, those as they are written, and where all that stands."""
    prefix = ""
    if members.get("runtimeData", b"")[:1] == b"{":
        members, prefix = members_of(members["runtimeData"]), "/runtimeData"
    if "cmi" not in members and any(name.startswith(_FLAT) for name in members):
        flat = {name: parsed(text) for name, text in members.items() if name.startswith(_FLAT)}
        members = {"cmi": orjson.dumps(_nested(flat)["cmi"])}
    if members.get("cmi", b"")[:1] != b"{":
        raise _refused([Problem(prefix, "There is no data model in this commit.", _ACCEPTED)])
    cmi = members_of(members["cmi"])
    interactions = cmi.pop(_INTERACTIONS, b"")
    return {name: parsed(text) for name, text in cmi.items()}, interactions, prefix


def _nested(flat: Json) -> Json:
    """Return a flattened data model as objects in objects."""
    root: Json = {}
    for name, value in flat.items():
        *path, last = name.split(".")
        if len(path) > _DEEP:
            raise _refused([Problem(f"/{name}", f"{name}: This is too deep.", "an element of SCORM's data model")])
        place = root
        for step in path:
            below = place.setdefault(step, {})
            if not isinstance(below, dict):
                message = f"{name}: This stands below an element that has a value."
                raise _refused([Problem(f"/{name}", message, "one or the other")])
            place = below
        if isinstance(place.get(last), dict):
            message = f"{name}: This has a value, and elements below it."
            raise _refused([Problem(f"/{name}", message, "one or the other")])
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
