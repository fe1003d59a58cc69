"""Work a document out again from the evidence inside it, and say where it differs from what is printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from evidence.bundle.case import Case, case_of_included
from evidence.bundle.contents import fill
from evidence.bundle.contents.parties import print_provider, provider_of
from evidence.bundle.figures import figures_of
from evidence.bundle.inclusion import IncludedStatement, read_statement
from evidence.bundle.parts import Bundle, FigurePart
from evidence.bundle.records import read_records
from evidence.bundle.rules import read_rules
from evidence.content import Content, DocumentType, Period
from lrs.clock import Micros
from lrs.errors import AssiduError, InvalidRequest, Problem
from lrs.statements.times import parse_timestamp
from training.records.ids import EnrolmentId, SessionId

_UNREADABLE: Final = "The evidence contradicts itself, or cannot be read."


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where what is printed is not what follows. `pointer` is a JSON Pointer into the bundle."""

    pointer: str
    printed: Any
    recomputed: Any


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What follows from the included statements and records; `differences` is empty when the document says the same."""

    content: Content
    figures: tuple[FigurePart, ...]
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that is printed follows from what is included."""
        return not self.differences


def recompute(bundle: Bundle) -> Recomputed:
    """Run extraction and derivation on the included statements and records alone, and compare with what is printed.

    Raises InvalidRequest when the records or the statements cannot be read or contradict each other. Neither inclusion
    proofs nor seals are looked at here.
    """
    try:
        case = case_of(bundle)
        content = fill(case)
        # Pictures are named by their hash alone: their bytes are on the page, not in the evidence.
        printed = print_provider(provider_of(case), logo=bundle.provider.logo, stamp=bundle.provider.stamp)
    except AssiduError:
        raise
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
        # Whoever made the bundle up may have put anything anywhere.
        raise InvalidRequest(_UNREADABLE, [Problem("", f"{type(error).__name__}: {error}")]) from error
    figures = figures_of(content, bundle.as_of)
    pairs = (("/content", bundle.content, content), ("/provider", bundle.provider, printed),
             ("/figures", bundle.figures, figures))  # fmt: skip
    found = [item for pointer, old, new in pairs
             for item in _differences(pointer, msgspec.to_builtins(old), msgspec.to_builtins(new))]  # fmt: skip
    return Recomputed(content, figures, tuple(found))


def case_of(bundle: Bundle) -> Case:
    """Return the case that a bundle holds; raises InvalidRequest."""
    as_of = parse_timestamp(bundle.as_of)
    statements = [read_statement(part, f"/statements/{at}") for at, part in enumerate(bundle.statements)]
    _check_statements(statements, as_of)
    period = bundle.subject.period
    return case_of_included(
        DocumentType(bundle.document.type),
        SessionId(bundle.subject.session_id),
        None if bundle.subject.enrolment_id is None else EnrolmentId(bundle.subject.enrolment_id),
        None if period is None else Period(first=date.fromisoformat(period.first_on),
                                           last=date.fromisoformat(period.last_on)),
        as_of,
        read_records(bundle.records, as_of),
        read_rules(bundle.rules),
        statements,
    )  # fmt: skip


def _check_statements(statements: list[IncludedStatement], as_of: Micros) -> None:
    """Refuse what no honest bundle holds: a statement twice, or one that was stored after the instant asked about."""
    times = Counter(statement.statement_id for statement in statements)
    problems = [
        Problem(f"/statements/{at}", "This statement is included twice.")
        for at, statement in enumerate(statements)
        if times[statement.statement_id] > 1
    ]
    problems += [
        Problem(f"/statements/{at}", "This statement was stored after the instant that the document is of.")
        for at, statement in enumerate(statements)
        if statement.stored > as_of
    ]
    if problems:
        raise InvalidRequest(_UNREADABLE, problems)


def _differences(pointer: str, printed: Any, found: Any) -> Iterator[Difference]:  # noqa: ANN401 - JSON
    """Yield the smallest parts in which two values differ."""
    if isinstance(printed, dict) and isinstance(found, dict):
        for name in sorted(printed.keys() | found.keys()):
            yield from _differences(f"{pointer}/{name}", printed.get(name), found.get(name))
    elif isinstance(printed, list | tuple) and isinstance(found, list | tuple) and len(printed) == len(found):
        for at, (old, new) in enumerate(zip(printed, found, strict=True)):
            yield from _differences(f"{pointer}/{at}", old, new)
    elif printed != found:
        yield Difference(pointer, printed, found)
