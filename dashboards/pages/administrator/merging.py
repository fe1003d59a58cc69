"""Who on record is who: people who may be one are shown, merged, and told apart again."""

from __future__ import annotations

from typing import Any, Final

from dash import ALL, Input, Output, html

from dashboards import formats
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.form import Field, Form, Values, pressed, require, text_of
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.subjects import register_search, subject_options
from dashboards.views.administration.people import find_twins, merged_people
from dashboards.views.administration.people_changes import merge_people, split_people

_MERGE: Final = Form("merge", ("person", "into"), (), {"/merged_into": "into"}, {})


def draw_merging(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw who may be one, what merges them, and who was merged."""
    words, lens = visit.words, visit.lens
    twins, merged = find_twins(lens), merged_people(lens)
    names = [
        Field(
            "person",
            words("merge_person"),
            "found",
            None,
            words("hint_merge"),
            subject_options(visit, ("person",)),
            is_required=True,
        ),
        Field("into", words("merge_into"), "found", None, "", subject_options(visit, ("person",)), is_required=True),
    ]
    found = [
        html.Li(", ".join(f"{person.name or person.id} ({person.id})" for person in group.people)) for group in twins
    ]
    undone = [
        html.Li(
            [
                words("merged_line", one=person.name or person.id, other=into.name or into.id),
                " ",
                forms.button(
                    {"split": person.id},
                    words("split_do"),
                    emphasis="second",
                    name=f"{words('split_do')} : {person.name or person.id}",
                ),
            ]
        )
        for person, into in merged[:50]
    ]
    return html.Div(
        [
            html.P(words("records_count", count=formats.number(len(lens.records.people), words.language))),
            parts.notice(words("twins", count=len(twins)), html.Ul(found)) if twins else html.P(words("twins_none")),
            parts.more(words("merge"), _MERGE.draw(words, names, words("merge_do"))),
            parts.live("merged", html.Ul(undone, className="plain-list") if undone else None),
        ],
        className="stack",
    )


def register_merging(acts: Acts) -> None:
    """Register what can be done about it."""
    register_search(acts, ADMINISTRATORS, _MERGE.name, "person", ("person",))
    register_search(acts, ADMINISTRATORS, _MERGE.name, "into", ("person",))

    @_MERGE.on(acts, ADMINISTRATORS)
    def merge(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        require(values, "person", "into")
        merge_people(visit.lens, text_of(values, "person").partition(":")[2], text_of(values, "into").partition(":")[2])
        answers.draw_again()
        return parts.notice(visit.words("merged_done"), tone="good")

    @acts.on(ADMINISTRATORS, Output({"split": ALL}, "disabled"), Input({"split": ALL}, "n_clicks"))
    def split(visit: Visit, presses: list[int | None]) -> list[bool]:
        person_id = pressed("split", presses)
        split_people(visit.lens, person_id)
        answers.say(visit.words("split_done"))
        answers.draw_again()
        return [False] * len(presses)
