"""A source as JSON: read with every problem, and written. Nothing here performs I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from lrs.errors import InvalidRequest, Problem
from lrs.statements.times import parse_timestamp
from training.meetings.stamps import DateOrder
from training.records.ids import ID_ACCEPTED, ID_PATTERN, SessionId
from training.sources.source import (
    Graded,
    Key,
    Login,
    Refused,
    Remote,
    Source,
    SourceKind,
    Unknown,
    WithoutExit,
)

E = TypeVar("E", bound=StrEnum)
TITLE_MOST: Final = 200
# A file has dozens of columns, a system hundreds of words; more is a mistake.
ENTRIES_MOST: Final = 500
TEXT_MOST: Final = 500
PEM_MOST: Final = 8_000
TOLERANCE_MOST: Final = 3_600
PAGE_MOST: Final = 500
# A week. Whoever is asked less often is asked by hand.
EVERY_MOST: Final = 10_080
MEMBERS: Final = (
    "kind", "title", "columns", "values", "time_zone", "date_order", "session_id", "home_page", "keys", "unknown",
    "tolerance_seconds", "without_exit", "activities", "issuer_keys", "remote",
)  # fmt: skip
_REMOTE: Final = (
    "endpoint",
    "login",
    "key",
    "token_endpoint",
    "scope",
    "since",
    "version",
    "page",
    "refused",
    "every_minutes",
)
_GRADED: Final = ("iri", "highest", "passing")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")


def parse_source(source_id: str, plain: object) -> Source:
    """Return a source from its JSON; raises InvalidRequest with every problem."""
    reader = _Reader(plain if isinstance(plain, dict) else {})
    if not isinstance(plain, dict):
        reader.refuse("", "This is not an object.", "a JSON object")
    if ID_PATTERN.match(source_id) is None:
        reader.refuse("/id", "This is not an id.", ID_ACCEPTED)
    reader.known("", reader.plain, MEMBERS)
    source = reader.source(source_id)
    _check(source, reader)
    if reader.problems:
        message = "The source cannot be like that; nothing was changed."
        raise InvalidRequest(message, reader.problems)
    return source


def write_source(source: Source) -> dict[str, Any]:
    """Return a source as JSON, without its id; no secret is in it."""
    remote = source.remote
    return {
        "kind": source.kind.value,
        "title": source.title,
        "columns": dict(source.columns),
        "values": {column: dict(words) for column, words in source.values.items()},
        "time_zone": source.time_zone,
        "date_order": None if source.date_order is None else source.date_order.value,
        "session_id": source.session_id,
        "home_page": source.home_page,
        "keys": [key.value for key in source.keys],
        "unknown": source.unknown.value,
        "tolerance_seconds": source.tolerance_seconds,
        "without_exit": source.without_exit.value,
        "activities": {
            name: {"iri": item.iri, "highest": item.highest, "passing": item.passing}
            for name, item in source.activities.items()
        },
        "issuer_keys": dict(source.issuer_keys),
        "remote": None if remote is None else {name: _plain(getattr(remote, name)) for name in _REMOTE},
    }


def is_iri(text: str) -> bool:
    """Say whether a text can be the id of an Activity.

    >>> is_iri("https://lms.exemple.fr/quiz"), is_iri("quiz 1")
    (True, False)
    """
    return _IRI.match(text) is not None and len(text) <= TEXT_MOST


def _plain(value: object) -> object:
    return value.value if isinstance(value, StrEnum) else value


def _check(source: Source, reader: _Reader) -> None:
    """Look at what members mean together."""
    if source.time_zone not in available_timezones():
        reader.refuse("/time_zone", "There is no such time zone.", "a name of the IANA database, as in Europe/Paris")
    if not source.title.strip():
        reader.refuse("/title", "A source has a title.", f"up to {TITLE_MOST} characters")
    if source.home_page and not is_iri(source.home_page):
        reader.refuse("/home_page", "This is not an address.", "an IRI, as in https://moodle.exemple.fr")
    _check_kind(source, reader)
    for name, item in source.activities.items():
        if not is_iri(item.iri):
            reader.refuse(f"/activities/{name}/iri", "This is not an IRI.", "the activity's IRI")


def _check_kind(source: Source, reader: _Reader) -> None:
    """Look at what a kind needs."""
    if source.kind in (SourceKind.MOODLE_LOG, SourceKind.LMS_LOG) and not source.home_page:
        reader.refuse("/home_page", "Accounts and activities of a platform are under its address.", "its address")
    if source.kind is SourceKind.STATEMENTS and source.remote is None:
        reader.refuse("/remote", "Statements are pulled from another LRS.", "an object with its endpoint")
    if source.kind is not SourceKind.STATEMENTS and source.remote is not None:
        reader.refuse("/remote", "Only a source of statements has another LRS.", "null")


class _Reader:
    """Reads members; what is wrong gathers in `problems`, and reads as the default."""

    def __init__(self, plain: Mapping[str, Any]) -> None:
        self.plain = plain
        self.problems: list[Problem] = []

    def refuse(self, pointer: str, message: str, accepted: str) -> None:
        self.problems.append(Problem(pointer, message, accepted))

    def known(self, pointer: str, plain: Mapping[str, Any], names: tuple[str, ...]) -> None:
        for name in sorted(set(plain) - set(names)):
            self.refuse(f"{pointer}/{name}", "There is no such member.", ", ".join(names))

    def source(self, source_id: str) -> Source:
        plain = self.plain
        session_id = self._text(plain, "session_id", "")
        return Source(
            id=source_id,
            kind=self._word(plain, "kind", SourceKind, None) or SourceKind.LMS_LOG,
            title=self._text(plain, "title", "", most=TITLE_MOST),
            columns=self._texts("/columns", plain.get("columns")),
            values=self._nested("/values", plain.get("values"), self._texts),
            time_zone=self._text(plain, "time_zone", "Europe/Paris"),
            date_order=self._word(plain, "date_order", DateOrder, None, is_needed=False),
            session_id=SessionId(session_id) if session_id else None,
            home_page=self._text(plain, "home_page", "").rstrip("/"),
            keys=self._keys(plain.get("keys")),
            unknown=self._word(plain, "unknown", Unknown, Unknown.ASK) or Unknown.ASK,
            tolerance_seconds=int(self._number("", plain, "tolerance_seconds", 0, TOLERANCE_MOST) or 0),
            without_exit=self._word(plain, "without_exit", WithoutExit, WithoutExit.NOTHING) or WithoutExit.NOTHING,
            activities=self._nested("/activities", plain.get("activities"), self._graded),
            issuer_keys=self._texts("/issuer_keys", plain.get("issuer_keys"), most=PEM_MOST),
            remote=self._remote(plain.get("remote")),
        )

    def _text(self, plain: Mapping[str, Any], name: str, default: str, pointer: str = "", most: int = TEXT_MOST) -> str:
        value = plain.get(name)
        if value is None:
            return default
        if not isinstance(value, str) or len(value) > most or "\0" in value:
            self.refuse(f"{pointer}/{name}", "This is not a text that can be kept.", f"up to {most} characters")
            return default
        return value.strip()

    def _word(
        self, plain: Mapping[str, Any], name: str, kind: type[E], default: E | None, pointer: str = "", *,
        is_needed: bool = True,
    ) -> E | None:  # fmt: skip
        value = plain.get(name)
        if value is None and (default is not None or not is_needed):
            return default
        if isinstance(value, str) and value in list(kind):
            return kind(value)
        self.refuse(f"{pointer}/{name}", "This is none of the words that may stand here.", ", ".join(kind))
        return default

    def _number(self, pointer: str, plain: Mapping[str, Any], name: str, least: float, most: float) -> float | None:
        value = plain.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.refuse(f"{pointer}/{name}", "This is not a number that may stand here.", f"{least:g} to {most:g}")
            return None
        return float(value)

    def _texts(self, pointer: str, value: object, most: int = TEXT_MOST) -> dict[str, str]:
        if value is None:
            return {}
        if not isinstance(value, dict) or len(value) > ENTRIES_MOST:
            self.refuse(pointer, "This is not an object.", f"an object of up to {ENTRIES_MOST} texts")
            return {}
        found = {}
        for name, text in value.items():
            if not isinstance(text, str) or len(text) > most or len(name) > TEXT_MOST or "\0" in name + text:
                self.refuse(f"{pointer}/{name}", "This is not a text that can be kept.", f"up to {most} characters")
            else:
                found[name] = text.strip()
        return found

    def _nested(self, pointer: str, value: object, read: Callable[[str, object], Any]) -> dict[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict) or len(value) > ENTRIES_MOST:
            self.refuse(pointer, "This is not an object.", f"an object of up to {ENTRIES_MOST} members")
            return {}
        return {name: read(f"{pointer}/{name}", item) for name, item in value.items()}

    def _graded(self, pointer: str, value: object) -> Graded:
        plain: Mapping[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.refuse(pointer, "This is not an object.", ", ".join(_GRADED))
        self.known(pointer, plain, _GRADED)
        return Graded(
            self._text(plain, "iri", "", pointer),
            self._number(pointer, plain, "highest", 0.01, 1_000_000),
            self._number(pointer, plain, "passing", 0, 1),
        )

    def _keys(self, value: object) -> tuple[Key, ...]:
        if value is None:
            return tuple(Key)
        if not isinstance(value, list) or not value or any(item not in list(Key) for item in value):
            self.refuse("/keys", "This does not say what people are recognised by.", ", ".join(Key))
            return tuple(Key)
        return tuple(dict.fromkeys(Key(item) for item in value))

    def _remote(self, value: object) -> Remote | None:
        if value is None:
            return None
        plain: Mapping[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.refuse("/remote", "This is not an object.", ", ".join(_REMOTE))
        self.known("/remote", plain, _REMOTE)
        every = self._number("/remote", plain, "every_minutes", 0, EVERY_MOST)
        found = Remote(
            endpoint=self._text(plain, "endpoint", "", "/remote").rstrip("/"),
            login=self._word(plain, "login", Login, Login.BASIC, "/remote") or Login.BASIC,
            key=self._text(plain, "key", "", "/remote"),
            token_endpoint=self._text(plain, "token_endpoint", "", "/remote"),
            scope=self._text(plain, "scope", "", "/remote"),
            since=self._text(plain, "since", "", "/remote"),
            version=self._text(plain, "version", "1.0.3", "/remote"),
            page=int(self._number("/remote", plain, "page", 1, PAGE_MOST) or 200),
            refused=self._word(plain, "refused", Refused, Refused.SKIP, "/remote") or Refused.SKIP,
            every_minutes=None if every is None else int(every),
        )
        self._check_remote(found)
        return found

    def _check_remote(self, remote: Remote) -> None:
        for name, address in (("endpoint", remote.endpoint), ("token_endpoint", remote.token_endpoint)):
            is_needed = name == "endpoint" or remote.login is Login.OAUTH
            parts = _split(address)
            if (address or is_needed) and (
                parts is None or parts.scheme not in ("https", "http") or not parts.hostname
            ):
                self.refuse(
                    f"/remote/{name}", "This is not an address of the web.", "as in https://lrs.exemple.fr/xapi"
                )
            elif parts is not None and (parts.username or parts.password or parts.query or parts.fragment):
                self.refuse(f"/remote/{name}", "Nothing else may stand in the address.", "no user, query or fragment")
        if not remote.key:
            self.refuse("/remote/key", "The other LRS must know us.", "a user name, or a client id")
        if remote.version not in ("1.0.3", "2.0.0"):
            self.refuse("/remote/version", "We do not speak this version.", "1.0.3 or 2.0.0")
        if remote.since:
            try:
                parse_timestamp(remote.since)
            except InvalidRequest:
                self.refuse("/remote/since", "This is not an instant.", "as in 2026-01-05T09:00:00Z")


def _split(address: str) -> Any:  # noqa: ANN401 - urllib's SplitResult, or None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts
