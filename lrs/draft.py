"""From the bytes of a request to the records of its statements, all but when and where they are stored. Pure."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Final

from lrs.caller import Caller
from lrs.clock import IdSource
from lrs.errors import InvalidRequest, Problem, TooLarge
from lrs.statements.candidate import Candidate, prepare
from lrs.statements.multipart import Part, check_parts
from lrs.statements.parse import Text, parse_statements
from lrs.statements.rules import statement_problems
from lrs.statements.signatures import signature_problems
from lrs.store.append import Request, request_of
from lrs.versions import Version

# A refusal that lists ten thousand problems helps nobody and costs a sender's memory.
PROBLEMS_MOST: Final = 1_000
# MongoDB keeps 16 MiB in one record. One that cannot be written would take down all that share its transaction.
RECORD_MOST_BYTES: Final = 15 * 1024 * 1024


def draft(
    caller: Caller,
    version: Version,
    body: bytes,
    parts: Sequence[Part] = (),
    *,
    statement_bytes: int,
    ids: IdSource,
    statement_id: uuid.UUID | None = None,
) -> Request:
    """Check the statements of one request and draft their records; any process may do it.

    `statement_id` is the one that a PUT names, `ids` makes those that were not sent. Raises InvalidRequest with every
    problem found, TooLarge for a statement over `statement_bytes` or one that no record can hold.
    """
    texts = parse_statements(body, statement_bytes=statement_bytes)
    broken = (problem for text in texts for problem in statement_problems(text.value, version, text.base))
    # Explaining costs a thousand times what deciding does: it ends where nobody reads on.
    problems = list(islice(broken, PROBLEMS_MOST + 1))
    sent = [] if problems else [_sent_id(text) for text in texts]
    problems = problems or [
        *_id_problems(texts, sent, statement_id),
        *check_parts([(text.base, text.value) for text in texts], parts),
        *(found for text in texts for found in signature_problems(text.value, text.base, parts)),
    ]
    if problems:
        raise InvalidRequest(_summary(problems, len(texts)), problems[:PROBLEMS_MOST])
    owned = zip(texts, [own or statement_id for own in sent], strict=True)
    return request_of(caller, [_candidate(text, caller, version, own, ids) for text, own in owned])


def _candidate(text: Text, caller: Caller, version: Version, own: uuid.UUID | None, ids: IdSource) -> Candidate:
    candidate = prepare(text, caller, version, own or ids.new_uuid(), has_sent_id=own is not None)
    if candidate.record_bytes > RECORD_MOST_BYTES:
        message = "The statement names more agents and activities than can be kept with it."
        raise TooLarge(message, [Problem(text.base, message, "fewer members, or several statements")])
    return candidate


def _sent_id(text: Text) -> uuid.UUID | None:
    sent: str | None = text.value.get("id")
    return uuid.UUID(sent) if sent else None


def _id_problems(texts: Sequence[Text], ids: Sequence[uuid.UUID | None], named: uuid.UUID | None) -> list[Problem]:
    """Check ids against each other, and against the one a PUT names."""
    if named is not None:
        if len(texts) != 1 or texts[0].base:
            return [Problem("", "PUT stores one statement.", "a single statement object", "1.0.3 Part Three 2.1.1")]
        if ids[0] not in (None, named):
            return [
                Problem(
                    "/id",
                    "The id differs from the statementId of the request.",
                    "the same id, or none",
                    "1.0.3 Part Three 2.1.1",
                )
            ]
        return []
    seen = Counter(sent for sent in ids if sent is not None)
    if len(seen) == seen.total():
        return []
    return [
        Problem(
            f"{text.base}/id",
            "Another statement of this batch has the same id.",
            "each id once in a batch",
            "9274.1.1 4.1.6.1",
        )
        for text, sent in zip(texts, ids, strict=True)
        if sent is not None and seen[sent] > 1
    ]


def _summary(problems: Sequence[Problem], statements: int) -> str:
    count, places = len(problems), f"{statements} statement{'s' if statements > 1 else ''}"
    if count > PROBLEMS_MOST:
        return f"Nothing was stored: more than {PROBLEMS_MOST:,} problems in {places}; the first are listed."
    return f"Nothing was stored: {count} problem{'s' if count > 1 else ''} in {places}."
