"""Sources of traces: which there are, and making one.

An administrator decides here how files of other systems are read, and what is pulled from another record store. One
source, its files and its history stand on a page of their own.
"""

from __future__ import annotations

from typing import Any, Final

from dashboards.frame import parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator import source
from dashboards.pages.administrator.days import iso
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, require, text_of
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.source_schedule import every_field, state_badge
from dashboards.pages.administrator.source_words import SOURCE_TEXTS
from dashboards.views.administration.sources import SourceView, make_source, read_sources, session_options
from dashboards.words import Words
from training.sources.source import SourceKind

_REMOTE: Final = ("endpoint", "key", "secret", "every_minutes")
_FIELDS: Final = ("title", "kind", "session_id", "home_page", *_REMOTE)
_HINTS: Final = {
    **{name: f"hint_{name.removesuffix('_id')}" for name in _FIELDS},
    "secret": "hint_secret_new",
    "every_minutes": "hint_every",
}
_POINTERS: Final = {f"/remote/{name}": name for name in _REMOTE}
_NEW: Final = Form("source-new", _FIELDS, (), _POINTERS, _HINTS)


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the list."""
    words = visit.words
    rows = [_row(words, item) for item in read_sources(visit.lens)]
    return [
        *passed_on(visit),
        parts.heading(words("title"), words("lead")),
        parts.card(
            words("sources"), parts.table(words, "sources", _columns(words), rows, empty=words("sources_none"))
        ),
        parts.card(
            words("new"), _NEW.draw(words, _fields(visit), words("create")), caption=words("new_caption")
        ),
    ]  # fmt: skip


def _columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("name", words("column_name"), "link", 200),
        parts.Column("kind", words("column_kind"), width=250),
        parts.Column("session", words("column_session"), width=150),
        parts.Column("last", words("column_last"), "instant"),
        parts.Column("state", words("column_state"), "badge"),
    ]


def _row(words: Words, item: SourceView) -> dict[str, Any]:
    last = item.runs[0] if item.runs else None
    pulled = None if item.schedule is None else item.schedule.pulled_at
    instants = [at for at in (pulled, None if last is None else last.started) if at is not None]
    title = item.source.title.replace("\\", "\\\\").replace("]", "\\]")
    ran = "" if last is None else f"{source.TONES[last.state]}:{words(f'state_{last.state}')}"
    return {
        "id": item.source.id,
        "name": f"[{title}](/dashboards/settings/sources/{item.source.id})",
        "kind": words(f"kind_{item.source.kind}"),
        "session": item.session,
        "last": iso(max(instants)) if instants else None,
        "state": state_badge(words, item) or ran,
    }


def _fields(visit: Visit) -> list[Field]:
    words = visit.words
    kinds = [(kind.value, words(f"kind_{kind}")) for kind in SourceKind]
    return [
        Field("title", words("field_title"), hint=words("hint_title"), is_required=True),
        Field("kind", words("field_kind"), "choice", None, "", kinds, is_required=True),
        Field("session_id", words("field_session"), "choice", None, words("hint_session"), session_options(visit.lens)),
        Field("home_page", words("field_home_page"), hint=words("hint_home_page")),
        Field("endpoint", words("field_endpoint"), hint=words("hint_endpoint")),
        Field("key", words("field_key"), hint=words("hint_key")),
        Field("secret", words("field_secret"), "secret", "", words("hint_secret_new")),
        every_field(words, visit.lens.services.clock.now_micros(), None, words("hint_every")),
    ]


def register(acts: Acts) -> None:
    """Register what the list can do."""

    @_NEW.on(acts, ADMINISTRATORS, is_critical=True)
    def create(visit: Visit, values: Values) -> None:
        require(values, "title", "kind")
        made = make_source(
            visit.lens, text_of(values, "kind"), text_of(values, "title"), text_of(values, "home_page"),
            text_of(values, "session_id"),
            {
                "endpoint": text_of(values, "endpoint"), "key": text_of(values, "key"),
                "every_minutes": int(text_of(values, "every_minutes") or 0),
            },
            text_of(values, "secret"),
        )  # fmt: skip
        pass_on(visit, f"settings/sources/{made.id}", "created_done")


_TEXTS: Final = {**FORM_TEXTS, **SOURCE_TEXTS}
PAGES: Final = (
    Page(
        name="administrator.sources",
        path="settings/sources",
        roles=ADMINISTRATORS,
        title=("Reprises de données", "Sources of traces"),
        draw=draw,
        menu=("Reprises de données", "Sources of traces"),
        icon="download",
        acts=register,
        texts=_TEXTS,
    ),
    Page(
        name="administrator.source",
        path="settings/sources/<source_id>",
        roles=ADMINISTRATORS,
        title=("Reprise de données", "Source of traces"),
        draw=source.draw,
        acts=source.register,
        texts=_TEXTS,
    ),
)
