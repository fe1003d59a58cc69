"""The audit trail of the organisation, read only: for whoever asks who had what in their hands."""

from __future__ import annotations

from typing import Any, Final

from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.auditor.home import ROLES
from dashboards.pages.auditor.words import ACTS, READERS, TEXTS, about_words
from dashboards.pages.places import place_words
from dashboards.views.audit_log import ENTRIES_SHOWN, TrailLine, trail
from dashboards.words import Words
from evidence.trail.entry import Act
from lrs.clock import to_text

NAME: Final = "auditor.trail"


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the last entries, of one act if the address says which."""
    words, chosen = visit.words, visit.place.get("act", "")
    act = Act(chosen) if chosen in set(Act) else None
    visit.lens.note_reading_of("audit-trail", NAME)
    found = trail(visit.lens, act)
    options = [("audit/trail", words("trail_every"), act is None)]
    options += [
        (f"audit/trail?act={one.value}", words.say(said).capitalize(), one is act) for one, said in ACTS.items()
    ]
    columns = (
        parts.Column("number", words("trail_number"), "number", 90),
        parts.Column("at", words("trail_at"), "instant", 160),
        parts.Column("who", words("trail_who"), width=190),
        parts.Column("act", words("trail_act"), width=100),
        parts.Column("what", words("trail_what"), width=230),
        parts.Column("why", words("trail_why"), width=200),
        parts.Column("digest", words("trail_digest"), width=150),
    )
    table = parts.table(
        words, "trail", columns, [_row(words, line) for line in found], empty=words("trail_none"),
        label=words("trail_list"),
    )  # fmt: skip
    return [
        parts.heading(words("trail_title"), words("trail_lead")),
        parts.card(
            words("trail_list"),
            [parts.choice(words("trail_act"), options), table],
            caption=words("trail_caption", count=ENTRIES_SHOWN),
        ),
    ]


def _row(words: Words, line: TrailLine) -> dict[str, Any]:
    return {
        "id": str(line.number),
        "number": line.number,
        "at": to_text(line.at),
        "who": _who(words, line),
        "act": words.say(ACTS[line.act]),
        "what": about_words(words, line.what),
        "why": place_words(words, line.why),
        "digest": line.digest,
    }


def _who(words: Words, line: TrailLine) -> str:
    """Return who did it, without a name: what they are here, and the id under which they stand in the trail."""
    known = words(f"role_{line.role.value}") if line.role is not None else words.say(READERS[line.reader])
    label = f" « {line.label} »" if line.label else ""
    return f"{known}{label} ({line.who})" if line.who != "assidu" else known


PAGE: Final = Page(
    name=NAME,
    path="audit/trail",
    roles=ROLES,
    title=("Journal d’audit", "Audit trail"),
    menu=("Journal", "Trail"),
    icon="list",
    draw=draw,
    texts=TEXTS,
)
