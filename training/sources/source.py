"""What an administrator says once about a way that traces arrive: columns, words, clock, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from training.meetings.stamps import DateOrder
from training.records.ids import SessionId


class SourceKind(StrEnum):
    """What a source's files are; the value stands in addresses and in statements' ids: never changed."""

    MEETING = "meeting"
    BADGE = "badge"
    PAPER = "paper"
    MOODLE_LOG = "moodle-log"
    LMS_LOG = "lms-log"
    GRADEBOOK = "gradebook"
    OPEN_BADGE = "open-badge"
    STATEMENTS = "statements"


class Key(StrEnum):
    """What people may be recognised by, the surest first. A name counts within one session alone."""

    EMAIL = "email"
    ACCOUNT = "account"
    RECORD = "record"
    NAME = "name"


class Unknown(StrEnum):
    """What becomes of whoever nobody on record is: a person decides, or they are left out and counted."""

    ASK = "ask"
    SKIP = "skip"


class WithoutExit(StrEnum):
    """What somebody who badged in and never out shows: no time, or that they stayed, as the organisation declares."""

    NOTHING = "nothing"
    UNTIL_END = "until-end"


class Refused(StrEnum):
    """What a pull does with a statement that cannot be taken: stops before its page, or goes on and lists it."""

    STOP = "stop"
    SKIP = "skip"


class Login(StrEnum):
    """How another LRS knows us."""

    BASIC = "basic"
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True)
class Remote:
    """Another LRS. `endpoint` is what `/statements` follows; the secret is kept sealed beside the source, never here.

    `token_endpoint` is where OAuth's client credentials are exchanged. `since` is where the first pull begins. It is
    pulled from every so many minutes, with 0 only when somebody asks; None is the usual interval (`pace.json`).
    """

    endpoint: str
    login: Login = Login.BASIC
    key: str = ""
    token_endpoint: str = ""
    scope: str = ""
    since: str = ""
    version: str = "1.0.3"
    page: int = 200
    refused: Refused = Refused.SKIP
    every_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """What one column of a gradebook means: the activity, the highest mark, and the share that is a pass."""

    iri: str
    highest: float | None = None
    passing: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One source of one organisation.

    `columns` names the file's header for our columns where it is not one that we know; `values` says what the words in
    a column mean. `home_page` is the address of the system: accounts are names under it, activities addresses below it.
    `session_id` None leaves the session to be found. By `tolerance_seconds` a badge may be late or early unnoticed.
    """

    id: str
    kind: SourceKind
    title: str
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    time_zone: str = "Europe/Paris"
    date_order: DateOrder | None = None
    session_id: SessionId | None = None
    home_page: str = ""
    keys: tuple[Key, ...] = tuple(Key)
    unknown: Unknown = Unknown.ASK
    tolerance_seconds: int = 0
    without_exit: WithoutExit = WithoutExit.NOTHING
    activities: Mapping[str, Graded] = field(default_factory=dict)
    issuer_keys: Mapping[str, str] = field(default_factory=dict)
    remote: Remote | None = None
