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
from lrs.statements.candidate import prepare
from lrs.statements.familiar import Reader
from lrs.statements.gist import Gist, gist_of
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
    organisation = caller.organisation
    texts = parse_statements(body, statement_bytes=statement_bytes, parse=Reader(organisation, version).read)
    unjudged = [text for text in texts if text.gist is None]
    broken = (problem for text in unjudged for problem in statement_problems(text.value, version, text.base))
    # Explaining costs a thousand times what deciding does: it ends where nobody reads on.
    problems = list(islice(broken, PROBLEMS_MOST + 1))
    gists = [] if problems else [text.gist or gist_of(organisation, text.value) for text in texts]
    # A statement that was judged as it was read has no attachments.
    problems = problems or [
        *_id_problems(texts, gists, statement_id),
        *check_parts([(text.base, text.value) for text in unjudged], parts),
        *(found for text in unjudged for found in signature_problems(text.value, text.base, parts)),
    ]
    if problems:
        raise InvalidRequest(_summary(problems, len(texts)), problems[:PROBLEMS_MOST])
    candidates = [
        prepare(text, gist, caller, version, ids, statement_id) for text, gist in zip(texts, gists, strict=True)
    ]
    for candidate in candidates:
        if candidate.record_bytes > RECORD_MOST_BYTES:
            message = "The statement names more agents and activities than can be kept with it."
            raise TooLarge(message, [Problem(candidate.text.base, message, "fewer members, or several statements")])
    return request_of(caller, candidates)


def _id_problems(texts: Sequence[Text], gists: Sequence[Gist], named: uuid.UUID | None) -> list[Problem]:
    """Check ids against each other, and against the one a PUT names."""
    if named is not None:
        if len(texts) != 1 or texts[0].base:
            return [Problem("", "PUT stores one statement.", "a single statement object", "1.0.3 Part Three 2.1.1")]
        if gists[0].statement_id not in (None, named):
            return [
                Problem(
                    "/id",
                    "The id differs from the statementId of the request.",
                    "the same id, or none",
                    "1.0.3 Part Three 2.1.1",
                )
            ]
        return []
    ids = [gist.statement_id for gist in gists]
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
