"""Every index, as data, each with the query it serves. A test explains each query and fails on a scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

ASCENDING: Final = 1


# Collections that are found by `_id` alone.
COLLECTIONS: Final = (
    "heads", "record_heads", "activities", "agents", "attachments", "attendance_openings",
    "fact_progress", "fact_traces", "fact_voids", "fact_marks", "fact_sightings",
    "vault", "ledgers", "ledger_tiles", "ledger_heads",
    "event_progress", "trail_heads", "archive_parts", "erasures", "erasure_parts", "erasure_lanes", "legal_holds",
    "account_policies", "account_providers",
    "retention_runs", "retention_items", "issued_series", "issued_counters", "issued_progress", "pulses", "risk_told",
    "risk_progress", "risk_sessions", "risk_models", "risk_active", "risk_trainings", "risk_drift", "package_parts",
    "source_pulls",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Index:
    """One index of one collection."""

    collection: str
    keys: tuple[tuple[str, int], ...]
    serves: str
    unique: bool = False
    partial: dict[str, Any] | None = None
    expire_after_seconds: int | None = None

    def options(self) -> dict[str, Any]:
        """Return the keyword arguments of `create_index`; the name is left to MongoDB."""
        options: dict[str, Any] = {"unique": True} if self.unique else {}
        if self.partial is not None:
            options["partialFilterExpression"] = self.partial
        if self.expire_after_seconds is not None:
            options["expireAfterSeconds"] = self.expire_after_seconds
        return options


def _statements(*fields: str, serves: str, unique: bool = False) -> Index:
    return Index("statements", tuple((field, ASCENDING) for field in fields), serves=serves, unique=unique)


# `o` (organisation) leads every one, so that a tenant's entries stand together and a sharded cluster
# can split them; `t` (stored) ends them, for that is what pages are cut on: no page is ever sorted in memory.
# One index holds every key that a statement can be found by, for each index more costs more than its entries do
# (docs/design/0004-one-index-to-find-by.md).
STATEMENTS: Final = (
    _statements("o", "t", serves="latest, since, until; the worker, the sealer, export", unique=True),
    _statements(
        "o", "q", "t",
        serves="verb, agent, activity, registration, related or not, own or through a StatementRef; what one authority "
        "wrote; statements that target one just stored; content duplicates",
    ),
)  # fmt: skip

TENANTS: Final = (
    Index("organisations", (("slug", ASCENDING),), serves="an organisation by slug", unique=True),
    Index("credentials", (("o", ASCENDING), ("created", ASCENDING), ("_id", ASCENDING)), serves="list of credentials"),
    Index("access_keys", (("o", ASCENDING), ("created", ASCENDING), ("_id", ASCENDING)), serves="list of access keys"),
    Index("tokens", (("o", ASCENDING), ("c", ASCENDING)), serves="ending the tokens of a credential"),
    Index("tokens", (("expires_at", ASCENDING),), serves="dropping old tokens", expire_after_seconds=0),
    Index("rates", (("expires_at", ASCENDING),), serves="dropping idle rate limits", expire_after_seconds=0),
    Index("quarantine", (("o", ASCENDING), ("received", ASCENDING), ("_id", ASCENDING)), serves="list of what is held"),
    Index(
        "quarantine",
        (("o", ASCENDING), ("state", ASCENDING), ("received", ASCENDING), ("_id", ASCENDING)),
        serves="list of what is held, by state",
    ),
    Index(
        "quarantine",
        (("o", ASCENDING), ("c", ASCENDING), ("digest", ASCENDING)),
        serves="the same body refused again; how many bodies of a credential are held",
        partial={"state": "held"},
    ),
    Index("quarantine", (("expires_at", ASCENDING),), serves="the end of keeping", expire_after_seconds=0),
)

ACCOUNTS: Final = (
    # Of the whole deployment, for an address is all that somebody types who signs in.
    Index(
        "accounts",
        (("login", ASCENDING),),
        serves="sign-in by e-mail address",
        unique=True,
        partial={"login": {"$exists": True}},
    ),
    Index(
        "accounts",
        (("organisation", ASCENDING), ("email", ASCENDING)),
        serves="the accounts of an organisation; whom it invites, whom its provider signs in",
        unique=True,
    ),
    Index(
        "account_sessions", (("o", ASCENDING), ("a", ASCENDING)), serves="where an account is signed in; signing it out"
    ),
    Index("account_sessions", (("expires_at", ASCENDING),), serves="dropping old sessions", expire_after_seconds=0),
    Index(
        "account_tokens",
        (("o", ASCENDING), ("a", ASCENDING), ("k", ASCENDING)),
        serves="ending what an account was sent; how much it was sent",
    ),
    Index("account_tokens", (("expires_at", ASCENDING),), serves="dropping old tokens", expire_after_seconds=0),
    Index("account_factors", (("o", ASCENDING), ("a", ASCENDING)), serves="the second factors of an account, of all"),
    Index("sign_in_guesses", (("expires", ASCENDING),), serves="forgetting wrong guesses", expire_after_seconds=0),
)


def _records(*fields: str, serves: str, partial: dict[str, Any] | None = None, unique: bool = False) -> Index:
    keys = tuple((field, ASCENDING) for field in fields)
    return Index("record_versions", keys, serves=serves, partial=partial, unique=unique)


RECORDS: Final = (
    _records("organisation", "kind", "record_id", "version", serves="a record, its history, a list", unique=True),
    _records("organisation", "change", serves="changes of records, in order", unique=True),
    _records("organisation", "kind", "until", serves="everything on record at an instant"),
    # The `until` of what nothing has replaced (training/store/version.py).
    _records("organisation", "keys", serves="records by what they name", partial={"until": 2**63 - 1}),
)

ATTENDANCE: Final = (
    Index(
        "attendance_tokens",
        (("o", ASCENDING), ("s", ASCENDING), ("e", ASCENDING)),
        serves="ending what was given out for a slot, or for one trainee in it",
    ),
    Index("attendance_tokens", (("expires_at", ASCENDING),), serves="dropping old links", expire_after_seconds=0),
    Index("attendance_claims", (("o", ASCENDING), ("d", ASCENDING)), serves="the same drawing under another signature"),
    Index(
        "attendance_claims",
        (("o", ASCENDING), ("v", ASCENDING), ("t", ASCENDING)),
        serves="how many signatures one device has just given",
    ),
    Index(
        "attendance_claims",
        (("o", ASCENDING), ("p", ASCENDING), ("t", ASCENDING)),
        serves="the same person signing another slot",
    ),
    Index("attendance_claims", (("expires_at", ASCENDING),), serves="forgetting drawings", expire_after_seconds=0),
)

SCORM: Final = (
    Index("scorm_launches", (("o", ASCENDING), ("id", ASCENDING)), serves="a launch by its id", unique=True),
    Index("scorm_launches", (("o", ASCENDING), ("created", ASCENDING), ("id", ASCENDING)), serves="list of launches"),
    Index("scorm_launches", (("o", ASCENDING), ("g", ASCENDING)), serves="the launches of a learner"),
    Index("scorm_launches", (("expires_at", ASCENDING),), serves="dropping old launches", expire_after_seconds=0),
    Index("scorm_tracks", (("o", ASCENDING), ("due", ASCENDING)), serves="sessions gone silent, what is undelivered"),
    Index("scorm_tracks", (("o", ASCENDING), ("g", ASCENDING)), serves="the tracks of a learner"),
    Index("scorm_tracks", (("expires_at", ASCENDING),), serves="dropping old tracks", expire_after_seconds=0),
)

CMI5: Final = (
    Index("cmi5_courses", (("o", ASCENDING), ("id", ASCENDING)), serves="a course by its id", unique=True),
    Index("cmi5_courses", (("o", ASCENDING), ("created", ASCENDING), ("id", ASCENDING)), serves="list of courses"),
    Index("cmi5_registrations", (("o", ASCENDING), ("due", ASCENDING)), serves="sessions gone silent"),
    Index("cmi5_registrations", (("o", ASCENDING), ("g", ASCENDING)), serves="the registrations of a learner"),
    Index(
        "cmi5_registrations",
        (("o", ASCENDING), ("c", ASCENDING), ("met", ASCENDING), ("_id", ASCENDING)),
        serves="the registrations in a course, and how many are satisfied",
    ),
    Index("cmi5_sessions", (("f", ASCENDING),), serves="a session by its fetch address", unique=True),
    Index("cmi5_sessions", (("o", ASCENDING), ("r", ASCENDING)), serves="the sessions of a registration"),
    Index("cmi5_sessions", (("o", ASCENDING), ("g", ASCENDING)), serves="the sessions of a learner"),
    Index("cmi5_sessions", (("expires_at", ASCENDING),), serves="dropping old sessions", expire_after_seconds=0),
)

PROFILES: Final = (
    Index(
        "profile_findings",
        (("o", ASCENDING), ("c", ASCENDING), ("d", ASCENDING), ("r", ASCENDING)),
        serves="the count of a rule on a day; the report of one credential",
        unique=True,
    ),
    Index("profile_findings", (("o", ASCENDING), ("d", ASCENDING)), serves="the report of all credentials"),
    Index("profile_findings", (("expires_at", ASCENDING),), serves="dropping old counts", expire_after_seconds=0),
)

OUTLETS: Final = (
    Index(
        "outlets",
        (("o", ASCENDING), ("kind", ASCENDING), ("created", ASCENDING), ("_id", ASCENDING)),
        serves="forwards or webhooks of an organisation",
    ),
    Index(
        "outlet_deliveries",
        (("o", ASCENDING), ("w", ASCENDING), ("s", ASCENDING), ("at", ASCENDING), ("_id", ASCENDING)),
        serves="what waits, dead letters",
    ),
    Index(
        "outlet_deliveries",
        (("o", ASCENDING), ("w", ASCENDING), ("at", ASCENDING), ("_id", ASCENDING)),
        serves="the log of deliveries",
    ),
    Index(
        "outlet_deliveries",
        (("o", ASCENDING), ("sid", ASCENDING)),
        serves="letters of a statement that is erased",
        partial={"sid": {"$exists": True}},
    ),
    Index("outlet_deliveries", (("expires_at", ASCENDING),), serves="the end of keeping", expire_after_seconds=0),
    Index("feed_silences", (("o", ASCENDING),), serves="who is silent, as was told"),
)

PACKAGES: Final = (
    Index("packages", (("o", ASCENDING), ("created", ASCENDING), ("_id", ASCENDING)), serves="list of packages"),
    Index(
        "packages",
        (("o", ASCENDING), ("key", ASCENDING)),
        serves="the package that a manifest's identifier belongs to",
        unique=True,
        partial={"key": {"$exists": True}},
    ),
    Index("package_versions", (("o", ASCENDING), ("d", ASCENDING)), serves="the very same files"),
    Index("package_versions", (("o", ASCENDING), ("p", ASCENDING), ("n", ASCENDING)), serves="versions of a package"),
    Index("package_plays", (("o", ASCENDING), ("g", ASCENDING)), serves="the links of a learner"),
    Index(
        "package_plays",
        (("o", ASCENDING), ("p", ASCENDING), ("created", ASCENDING), ("id", ASCENDING)),
        serves="the links to a package",
    ),
    Index("package_plays", (("expires_at", ASCENDING),), serves="dropping old links", expire_after_seconds=0),
    Index("package_beginnings", (("o", ASCENDING), ("g", ASCENDING)), serves="what a learner began"),
)

FEED: Final = (
    Index(
        "feed_counts", (("o", ASCENDING), ("k", ASCENDING), ("n", ASCENDING)), serves="most frequent verbs, activities"
    ),
    Index("feed_counts", (("o", ASCENDING), ("k", ASCENDING), ("i", ASCENDING)), serves="hours and days of a range"),
)


def _facts(part: str, *fields: str, serves: str, partial: dict[str, Any] | None = None) -> Index:
    return Index(f"fact_{part}", tuple((field, ASCENDING) for field in fields), serves=serves, partial=partial)


FACTS: Final = (
    _facts("days", "o", "d", serves="days of a range, of the whole organisation"),
    _facts("days", "o", "s", "d", serves="days of a range, of some sessions"),
    _facts("days", "o", "odd", "s", serves="anomalies of days", partial={"odd": True}),
    _facts("activities", "o", "s", serves="standings, of everybody or of some sessions"),
    _facts("activities", "o", "odd", "s", serves="anomalies of activities", partial={"odd": True}),
    _facts("enrolments", "o", "s", serves="enrolments and slots, of everybody or of some sessions"),
    _facts("enrolments", "o", "odd", "s", serves="anomalies of enrolments", partial={"odd": True}),
    _facts("enrolments", "o", "p", serves="what is kept of a person"),
    _facts("enrolments", "o", "next", serves="enrolments that time alone has changed"),
    _facts("sessions", "o", "s", serves="sessions whose sums are not what their enrolments are", partial={"w": True}),
    _facts("people", "o", "r", serves="whose statements carry the registration of somebody else"),
)

# Documents that were issued, and batches of them (evidence/store).
ISSUED: Final = (
    Index(
        "issued_documents",
        (("o", ASCENDING), ("series", ASCENDING), ("version", ASCENDING)),
        serves="the newest version of a document, and one of each version",
        unique=True,
    ),
    Index(
        "issued_documents",
        (("o", ASCENDING), ("enrolments", ASCENDING), ("issued_at", ASCENDING), ("_id", ASCENDING)),
        serves="documents of an enrolment",
    ),
    Index(
        "issued_documents",
        (("o", ASCENDING), ("session_id", ASCENDING), ("issued_at", ASCENDING), ("_id", ASCENDING)),
        serves="documents of a session",
    ),
    Index("issued_documents", (("o", ASCENDING), ("issued_at", ASCENDING), ("_id", ASCENDING)), serves="newest first"),
    Index("issued_documents", (("o", ASCENDING), ("cited", ASCENDING)), serves="documents that include a statement"),
    Index(
        "issued_documents",
        (("o", ASCENDING), ("records", ASCENDING)),
        serves="documents that follow from a record",
        partial={"current": True},
    ),
    Index("issued_documents", (("o", ASCENDING), ("stale", ASCENDING)), serves="to look at", partial={"stale": True}),
    Index("issued_batches", (("finished", ASCENDING), ("at", ASCENDING)), serves="what is to be made"),
    Index("issued_batches", (("o", ASCENDING), ("session_id", ASCENDING), ("at", ASCENDING)), serves="of a session"),
    Index(
        "issued_batch_items",
        (("o", ASCENDING), ("batch", ASCENDING), ("n", ASCENDING)),
        serves="documents of a batch, in order; the next to be made",
        unique=True,
    ),
)

DOCUMENTS: Final = (
    # The index alone answers: a list of ids never reads the documents, which may be megabytes each.
    Index(
        "documents",
        (("o", ASCENDING), ("c", ASCENDING), ("u", ASCENDING), ("i", ASCENDING), ("r", ASCENDING)),
        serves="ids of a context, since, of one registration",
    ),
)

ARCHIVE: Final = (
    Index("archive", (("o", ASCENDING), ("claims.about", ASCENDING), ("at", ASCENDING)), serves="files of a learner"),
    Index("trail", (("o", ASCENDING), ("n", ASCENDING)), serves="the trail, in order", unique=True),
    Index("trail", (("o", ASCENDING), ("who", ASCENDING), ("n", ASCENDING)), serves="what somebody did"),
    Index("trail", (("o", ASCENDING), ("what", ASCENDING), ("n", ASCENDING)), serves="what was done to something"),
)

RIGHTS: Final = (
    Index(
        "rights_requests",
        (("o", ASCENDING), ("p", ASCENDING), ("at", ASCENDING), ("_id", ASCENDING)),
        serves="requests of somebody, in order",
    ),
    Index(
        "rights_requests",
        (("o", ASCENDING), ("state", ASCENDING), ("due", ASCENDING), ("_id", ASCENDING)),
        serves="requests that wait for an answer, the first due first",
    ),
    Index(
        "rights_requests",
        (("o", ASCENDING), ("purposes", ASCENDING)),
        serves="who objects to what",
        partial={"right": "objection"},
    ),
    Index("shares", (("o", ASCENDING), ("p", ASCENDING), ("at", ASCENDING)), serves="what somebody shares"),
    Index("shares", (("o", ASCENDING), ("id", ASCENDING)), serves="one of them, to be withdrawn", unique=True),
    Index("shares", (("gone_at", ASCENDING),), serves="forgetting who opened what was shared", expire_after_seconds=0),
)

FOLLOWUPS: Final = (
    Index(
        "risk_followups",
        (("o", ASCENDING), ("one", ASCENDING)),
        serves="the one follow-up of an enrolment that is open",
        unique=True,
        partial={"one": {"$exists": True}},
    ),
    Index("risk_followups", (("o", ASCENDING), ("e", ASCENDING)), serves="those of an enrolment"),
    Index("risk_followups", (("o", ASCENDING), ("s", ASCENDING)), serves="forgetting those of a session"),
    Index(
        "risk_followups",
        (("o", ASCENDING), ("open", ASCENDING), ("at", ASCENDING), ("_id", ASCENDING)),
        serves="open or closed ones, in order",
    ),
    Index("risk_followups", (("o", ASCENDING), ("alerts", ASCENDING)), serves="whether an alert has opened one"),
    Index("risk_followups", (("o", ASCENDING), ("quiet", ASCENDING)), serves="about whom no alert opens one"),
    Index("risk_decisions", (("o", ASCENDING), ("n", ASCENDING)), serves="every decision; the last", unique=True),
    Index("risk_readings", (("o", ASCENDING), ("e", ASCENDING)), serves="who looked at it"),
)

RISKS: Final = (
    Index("risk_scores", (("o", ASCENDING), ("s", ASCENDING)), serves="newest estimates, of all or of some sessions"),
    Index("risk_days", (("o", ASCENDING), ("s", ASCENDING)), serves="forgetting the estimates of a session"),
    Index("risk_alerts", (("o", ASCENDING), ("s", ASCENDING)), serves="alerts of some sessions"),
    Index("risk_alerts", (("o", ASCENDING), ("at", ASCENDING)), serves="alerts, newest first"),
)

SOURCES: Final = (
    # The worker's question, of every organisation; those of one are found by `_id`.
    Index(
        "sources",
        (("every", ASCENDING), ("_id", ASCENDING)),
        serves="other record stores that are pulled from by themselves",
        partial={"every": {"$gt": 0}},
    ),
    Index(
        "source_runs",
        (("o", ASCENDING), ("s", ASCENDING), ("t", ASCENDING), ("_id", ASCENDING)),
        serves="receipts of a source, newest first",
    ),
)

INDEXES: tuple[Index, ...] = (
    *CMI5, *DOCUMENTS, *ACCOUNTS, *ARCHIVE, *ATTENDANCE, *FACTS, *FEED, *FOLLOWUPS, *ISSUED, *OUTLETS, *PACKAGES,
    *PROFILES, *RECORDS, *RIGHTS, *RISKS, *SCORM, *SOURCES, *STATEMENTS, *TENANTS,
)  # fmt: skip
