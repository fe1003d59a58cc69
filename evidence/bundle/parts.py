"""The evidence that is embedded in a document: `evidence.json`, format `assidu-evidence/1`.

docs/evidence-format.md describes every member for those who write a verifier; `schemas/evidence/bundle.json` is its
JSON Schema. Instants are RFC 3339 texts in UTC, binary values are base64, digests of files are lower-case hexadecimal.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from evidence.content import Content, Provider

FORMAT: Final = "assidu-evidence/1"


class DocumentPart(msgspec.Struct, frozen=True, kw_only=True):
    """Which document this is. `replaces` is the code of the version before it, None for the first.

    `number` is the same for every version of a document; `code` is a version's own. `replaces_issued_at` is when the
    version before was issued, `verification_url` what the QR code holds, `time_zone` the one in which days are written,
    `layout` the version of the page layout (`evidence.layout.LAYOUT_VERSION`): only that one gives the same page again.
    """

    type: str
    code: str
    number: str
    version: int
    issued_at: str
    replaces: str | None = None
    replaces_issued_at: str | None = None
    verification_url: str = ""
    time_zone: str = "Europe/Paris"
    layout: str = ""


class PeriodPart(msgspec.Struct, frozen=True, kw_only=True):
    """Local days, both included."""

    first_on: str
    last_on: str


class SubjectPart(msgspec.Struct, frozen=True, kw_only=True):
    """What the document is about: an enrolment, or the sheets of a session; over a period where it is cut to one."""

    session_id: str
    enrolment_id: str | None = None
    period: PeriodPart | None = None


class FigurePart(msgspec.Struct, frozen=True, kw_only=True):
    """One printed figure: `numerator` over `denominator`, by a formula that has a name and a version.

    `value` is the quotient as a decimal text, None where the denominator is nought. `about` names what the figure is of
    where a document prints several by one formula: a modality, an activity, an enrolment.
    """

    formula: str
    version: str
    numerator: int
    denominator: int
    value: str | None
    unit: str
    as_of: str
    about: str = ""


class RecordPart(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one training record. `omits` are JSON Pointers to members left out as nothing here needs them."""

    kind: str
    id: str
    version: int
    recorded_at: str
    body: dict[str, Any]
    omits: tuple[str, ...] = ()


class RulesPart(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the thresholds that times are counted by, from the day on which it begins."""

    version: str
    effective_on: str
    values: dict[str, Any]


class StatementPart(msgspec.Struct, frozen=True, kw_only=True):
    """One statement that decides: its exact bytes as text, its salt, and the way from its leaf to the ledger's root.

    The leaf is SHA-256(0x00 ‖ salt ‖ bytes); `path` is the RFC 9162 inclusion path, from the leaf's sibling upwards.
    """

    id: str
    position: int
    salt: str
    text: str
    path: tuple[str, ...] = ()


class StampPart(msgspec.Struct, frozen=True, kw_only=True):
    """The RFC 3161 timestamp on the ledger's head: the DER token, and what the authority says of itself."""

    token: str
    at: str
    authority: str
    is_qualified: bool


class LedgerPart(msgspec.Struct, frozen=True, kw_only=True):
    """The head that the inclusion paths lead to: a C2SP checkpoint as a signed note, and the key it is verified with.

    `stamp` is None for a head that had no timestamp of its own yet: the document's seal has one.
    """

    note: str
    verifier_key: str
    size: int
    stamp: StampPart | None = None


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a document follows from. `content` and `provider` are what is printed (`evidence.content`)."""

    format: Literal["assidu-evidence/1"] = FORMAT
    document: DocumentPart
    subject: SubjectPart
    as_of: str
    provider: Provider
    content: Content
    figures: tuple[FigurePart, ...]
    records: tuple[RecordPart, ...]
    rules: tuple[RulesPart, ...]
    statements: tuple[StatementPart, ...]
    ledger: LedgerPart | None
