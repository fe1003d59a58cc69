"""What follows from a valid statement alone, whoever sends it and whenever it is stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lrs.clock import Micros
from lrs.statements.keys import (
    VOIDED_VERB,
    Keys,
    Mentioned,
    joined_keys,
    key,
    mentioned,
    mentions_of,
    parse_registration,
)
from lrs.statements.multipart import attachment_hashes
from lrs.statements.times import parse_duration_seconds, parse_timestamp
from lrs.tenancy import OrganisationId


class Gist(NamedTuple):
    """What a statement says that its place in the log is found by, and what is asked of its result.

    What is `mentioned` is that of its parts, or of the whole. `result` has the short names of the stored form. Of one
    that `is_plain`, the text needs nothing but additions at its end to be given back (`lrs.statements.stamp`).
    """

    statement_id: uuid.UUID | None
    timestamp: Micros | None
    verb: str
    registration: uuid.UUID | None
    reference: uuid.UUID | None
    mentioned: Sequence[Mentioned]
    result: Mapping[str, Any]
    attachments: Sequence[str]
    has_version: bool
    is_plain: bool

    def keys(self, organisation: OrganisationId, authority: frozenset[int]) -> Keys:
        """Return what it is found by in the organisation whose gist it is, when its authority has the keys given."""
        return joined_keys(
            self.mentioned,
            authority,
            verb=key(organisation, "verb", self.verb),
            registration=self.registration,
            reference=self.reference,
            is_voiding=self.verb == VOIDED_VERB,
        )


def gist_of(organisation: OrganisationId, statement: dict[str, Any]) -> Gist:
    """Return the gist of a valid statement, read as a whole."""
    target, context = statement["object"], statement.get("context", {})
    return Gist(
        statement_id=uuid.UUID(statement["id"]) if "id" in statement else None,
        timestamp=parse_timestamp(statement["timestamp"]) if "timestamp" in statement else None,
        verb=statement["verb"]["id"],
        registration=parse_registration(context["registration"]) if "registration" in context else None,
        reference=uuid.UUID(target["id"]) if target.get("objectType") == "StatementRef" else None,
        mentioned=[mentioned(organisation, mentions_of(statement))],
        result=result_fields(statement.get("result", {})),
        attachments=attachment_hashes(statement) if "attachments" in statement or "attachments" in target else (),
        has_version="version" in statement,
        is_plain=False,
    )


def result_fields(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is asked of a valid result, in the short names of the stored form."""
    fields: dict[str, Any] = {
        short: result[name] for name, short in (("success", "su"), ("completion", "co")) if name in result
    }
    if "scaled" in result.get("score", ()):
        fields["sc"] = float(result["score"]["scaled"])
    if "duration" in result:
        fields["du"] = parse_duration_seconds(result["duration"])
    return fields
