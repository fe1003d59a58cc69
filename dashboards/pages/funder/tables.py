"""Tables of a funder's pages: files, documents, what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.pages.funder.words import ASKED_STATES, ELSEWHERE, STATES, STATUSES
from dashboards.views.files import FileLine, FileState
from dashboards.views.files_documents import FileDocument
from dashboards.words import Words
from evidence.completeness import Item, State
from evidence.content import DocumentType
from lrs.clock import to_datetime

_TONES: Final = {FileState.UPCOMING: "plain", FileState.RUNNING: "good", FileState.ENDED: "plain"}
_ISSUED: Final = {kind.value: kind.heading for kind in DocumentType}


def files_table(words: Words, lines: Iterable[FileLine]) -> html.Div:
    """Return the files, a line each, with the way to each."""
    columns = (
        parts.Column("file", words("file_no"), "link", 86),
        parts.Column("trainee", words("file_trainee"), width=140),
        parts.Column("state", words("file_state"), "badge", 122),
        parts.Column("documents", words("file_documents"), "badge", 140),
        parts.Column("credited", words("file_credited"), "hours", 98),
        parts.Column("planned", words("file_planned"), "hours", 88),
        parts.Column("attendance", words("file_attendance"), "percent", 116),
        parts.Column("realisation", words("file_realisation"), "percent", 128),
        parts.Column("agreed", words("file_agreed"), "hours", 106),
        parts.Column("session", words("file_session"), width=170),
        parts.Column("starts", words("file_starts"), "day"),
        parts.Column("ends", words("file_ends"), "day"),
        parts.Column("scheme", words("file_scheme")),
    )
    rows = [_file_row(words, line) for line in lines]
    return parts.table(words, "files", columns, rows, empty=words("files_none"), label=words("files_list"))


def documents_table(words: Words, documents: Sequence[FileDocument], *, has_trainees: bool = False) -> html.Div:
    """Return documents, a line each: what it is, what it is worth, where to check it; the link gives the file."""
    has_periods = any(item.first_on for item in documents)
    columns = [
        parts.Column("document", words("document"), "link", 230),
        *([parts.Column("trainee", words("file_trainee"), width=150)] if has_trainees else []),
        parts.Column("state", words("document_state"), "badge", 140),
        parts.Column("check", words("document_check"), "link", 100),
        parts.Column("issued", words("document_issued"), "day", 120),
        parts.Column("number", words("document_number")),
        *([parts.Column("period", words("asked_period"), width=210)] if has_periods else []),
    ]
    rows = [
        {
            "id": item.code,
            "document": f"[{item.type.heading}](/dashboards/download/documents/{item.code})",
            "number": f"{item.number} v{item.version}",
            "trainee": ", ".join(item.trainees),
            "period": period(words, item.first_on, item.last_on),
            "issued": to_datetime(item.issued_at).date().isoformat(),
            "state": _badge(words, STATUSES[item.status]),
            "check": f"[{words('document_check')}]({item.verify_path})",
        }
        for item in documents
    ]
    return parts.table(words, "documents", columns, rows, empty=words("documents_none"), label=words("documents_title"))


def asked_table(words: Words, asked: Sequence[Item]) -> html.Div:
    """Return what a profile asks for, with where each document stands."""
    if not asked:
        return parts.nothing(words("asked_none"), words("asked_none_hint"))
    columns = (
        parts.Column("document", words("asked_document"), width=230),
        parts.Column("state", words("file_state"), "badge", 170),
        parts.Column("due", words("asked_due"), "day", 124),
        parts.Column("issued", words("asked_issued"), "day", 124),
        parts.Column("period", words("asked_period")),
    )
    rows = [
        {
            "id": f"{number}",
            "document": document_name(words, item.expected.document),
            "period": period(words, item.expected.first_on, item.expected.last_on),
            "due": _day(item.expected.due_on),
            "state": _badge(words, ASKED_STATES[item.state]),
            "issued": _day(item.issued_on),
        }
        for number, item in enumerate(asked)
    ]
    return parts.table(words, "asked", columns, rows, label=words("file_asked"))


def document_name(words: Words, code: str) -> str:
    """Return what a document type is called: the headings of issued ones are never translated."""
    return _ISSUED.get(code) or (words.say(ELSEWHERE[code]) if code in ELSEWHERE else code)


def period(words: Words, first: date | None, last: date | None) -> str:
    """Return a period in words, empty where there is none."""
    if first is None or last is None:
        return ""
    written = (writing.short_date(day.isoformat(), words.language) for day in (first, last))
    return words("period", **dict(zip(("first", "last"), written, strict=True)))


def pieces(words: Words, documents: Mapping[State, int]) -> str:
    """Return the badge that says where the documents of a file stand: the worst first."""
    overdue = documents.get(State.OVERDUE, 0)
    waiting = sum(documents.get(state, 0) for state in (State.DUE, State.MISSING, State.EXPIRED))
    present = documents.get(State.PRESENT, 0)
    if overdue:
        return f"alarm:{words('pieces_overdue', count=overdue)}"
    if waiting:
        return f"warning:{words('pieces_waiting', count=waiting)}"
    if present:
        text = words("pieces_there_one") if present == 1 else words("pieces_there", count=present)
        return f"good:{text}"
    return f"plain:{words('pieces_none')}"


def day_text(words: Words, day: date | None) -> str:
    """Return a day in words, a dash for none."""
    return "–" if day is None else formats.short_day(day, words.language)


def _file_row(words: Words, line: FileLine) -> dict[str, Any]:
    name = _escaped(line.file_no or words("file_unnamed"))
    return {
        "id": line.enrolment_id,
        "file": f"[{name}](/dashboards/files/{line.enrolment_id})",
        "trainee": line.trainee,
        "session": line.session,
        "state": f"{_TONES[line.state]}:{words.say(STATES[line.state])}",
        "documents": pieces(words, line.documents),
        "agreed": line.agreed_seconds,
        "planned": line.planned_seconds,
        "credited": line.credited_seconds,
        "attendance": None if line.attendance is None else line.attendance.whole_percent,
        "realisation": None if line.realisation is None else line.realisation.whole_percent,
        "starts": _day(line.starts_on),
        "ends": _day(line.ends_on),
        "scheme": line.scheme,
    }


def _badge(words: Words, said: tuple[str, tuple[str, str]]) -> str:
    tone, pair = said
    return f"{tone}:{words.say(pair)}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _escaped(text: str) -> str:
    """Return a text for a link cell: what would end it is said to be part of it."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
