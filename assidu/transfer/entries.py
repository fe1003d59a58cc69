"""One line of an import, read: a statement with its id and its attachments, or what is wrong with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import orjson

from assidu.transfer.lines import Line
from lrs.errors import InvalidRequest, Problem
from lrs.statements.multipart import Part, attachment_hashes
from lrs.statements.parse import parse_strictly
from lrs.versions import Version

# Under this name ids are made for lines without one. Changing it makes a second import of the same file
# store such statements a second time.
_NAMELESS: Final = UUID("5b0c6b9e-6c1f-5d0b-9d55-2f0b7c3f3a61")
_HASHES: Final = {64: "sha256", 96: "sha384", 128: "sha512"}


@dataclass(slots=True)
class Entry:
    """A line, and what became of it; with `problems` it is refused."""

    line: Line
    raw: bytes
    version: Version
    statement_id: str = ""
    parts: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def weight(self) -> int:
        """Return the bytes that it holds in memory."""
        return len(self.raw) + sum(len(part.content) for part in self.parts)


def read_entry(line: Line, limit_bytes: int, default: Version, attachments: Path | None) -> Entry:
    """Read a line so far that it can go into a batch; its rules are checked with the batch.

    A statement without id gets one that follows from the content of the file up to its line, so that
    importing the file again finds it stored.
    """
    if line.is_too_long:
        problem = Problem("", f"The line is longer than {limit_bytes:,} bytes.", f"at most {limit_bytes} bytes")
        return _refused(line, default, problem)
    try:
        value = _parse(line.raw)
    except InvalidRequest as refusal:
        return _refused(line, default, *refusal.problems)
    if not isinstance(value, dict):
        problem = Problem("", "The line is not a JSON object.", "one statement a line")
        return _refused(line, default, problem)
    raw, sent = line.raw, value.get("id")
    if "id" not in value and value:
        sent = str(uuid5(_NAMELESS, line.digest.hex()))
        raw = raw[: raw.rindex(b"}")] + b',"id":"%b"}' % sent.encode()
    try:
        parts = _parts(value, attachments) if attachments is not None else ()
    except InvalidRequest as refusal:
        return _refused(line, default, *refusal.problems)
    return Entry(line, raw, _rules(value, default), str(sent).lower(), parts)


def _parse(raw: bytes) -> Any:  # noqa: ANN401 - JSON is any value
    """Make sure that a line is one JSON value, so that it is one element of its batch; the batch is parsed strictly."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return parse_strictly(raw)


def _refused(line: Line, version: Version, *problems: Problem) -> Entry:
    return Entry(line, line.raw, version, problems=problems)


def _rules(value: dict[str, Any], default: Version) -> Version:
    """Choose the rules: those of the statement's own version, or of what only 2.0 has."""
    context = value.get("context")
    if isinstance(context, dict) and ("contextAgents" in context or "contextGroups" in context):
        return Version.V2_0_0
    named = value.get("version")
    if not isinstance(named, str):
        return default
    return Version.V2_0_0 if named.startswith("2.") else Version.V1_0_3


def _parts(value: dict[str, Any], folder: Path) -> tuple[Part, ...]:
    """Return those attachments of a statement whose bytes are in the folder under their hash."""
    try:
        described = {item["sha2"].lower(): item["contentType"] for item in _described(value)}
        hashes = attachment_hashes(value)
    except (KeyError, TypeError, AttributeError):
        return ()  # The rules will say what is wrong with it.
    parts = []
    for sha2 in dict.fromkeys(hashes):
        if len(sha2) not in _HASHES or not sha2.isalnum() or not (folder / sha2).is_file():
            continue
        content = (folder / sha2).read_bytes()
        if hashlib.new(_HASHES[len(sha2)], content).hexdigest() != sha2:
            message = f"The file {sha2} holds other bytes than its name says."
            problem = Problem("/attachments", message, "the bytes with this hash")
            raise InvalidRequest("An attachment has been changed.", [problem])
        parts.append(Part(sha2, described[sha2], content))
    return tuple(parts)


def _described(value: dict[str, Any]) -> list[dict[str, Any]]:
    target = value["object"]
    inner = target.get("attachments", []) if target.get("objectType") == "SubStatement" else []
    return [*value.get("attachments", []), *inner]
