"""One learner of a sample: hours, half-days, results, documents, what their funder asks for.

Whoever reads it decides whether the evidence of this training holds together. The address carries the sample: whoever
is not in it is not there.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.auditor.home import ROLES, sample_query
from dashboards.pages.auditor.words import TEXTS
from dashboards.pages.funder.file import about_card, figures_of, half_days_cards, hours_card, results_cards
from dashboards.pages.funder.tables import asked_table, day_text, documents_table
from dashboards.pages.funder.words import TEXTS as FILE_TEXTS
from dashboards.views.audit_samples import sample_asked, sampled_file

NAME: Final = "auditor.learner"
# What its funder decided is shown in other words to an auditor: everything is theirs to see.
_CAPTIONS: Final = {
    "file_half_days_caption": TEXTS["member_half_days_caption"],
    "file_results_caption": TEXTS["member_results_caption"],
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the file of somebody in the sample; raises NotFound for anybody else."""
    words, lens = visit.words, visit.lens
    asked = sample_asked(visit.place)
    found = sampled_file(lens, asked, visit.place.get("enrolment_id", ""))
    line, query = found.line, sample_query(asked)
    lens.note_reading([line.enrolment_id], NAME)
    dossier = html.A(
        words("dossier_get"), href=f"/dashboards/download/dossiers/enrolments/{line.enrolment_id}", className="button",
        download="",
    )  # fmt: skip
    lead = words(
        "file_lead", session=line.session, first=day_text(words, line.starts_on), last=day_text(words, line.ends_on)
    )
    sealed = documents_table(words, found.documents) if found.documents else None
    return [
        parts.crumbs(words, (words("audit_title"), "audit"), (words("sample_title"), f"audit/sample?{query}")),
        parts.heading(line.trainee, lead, parts.as_of(words, found.as_of) if found.as_of else None, dossier),
        parts.live("figures", figures_of(words, found)),
        parts.two(about_card(words, line), hours_card(words, found)),
        parts.card(words("file_asked"), asked_table(words, found.asked), caption=words("member_asked_caption")),
        parts.card(
            words("documents_of_file"),
            sealed or parts.nothing(words("documents_none"), words("documents_none_hint")),
            caption=words("member_documents_caption"),
        ),
        *half_days_cards(words, found),
        *results_cards(words, found),
    ]


PAGE: Final = Page(
    name=NAME,
    path="audit/learners/<enrolment_id>",
    roles=ROLES,
    title=("Apprenant de l’échantillon", "Learner of the sample"),
    draw=draw,
    texts={**FILE_TEXTS, **TEXTS, **_CAPTIONS},
)
