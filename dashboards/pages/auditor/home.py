"""Home of an auditor: who is audited, how much there is, and from what a sample is drawn.

Whoever reads it decides how many files to look at and of which kind. Nobody is named here: names come with the sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from dash import Input, Output, State

from dashboards import formats
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.auditor.words import FAMILIES, NATURES, SPREADS, TEXTS
from dashboards.pages.funder.words import MODALITIES
from dashboards.views.audit import Audit, AuditedProvider, audit
from dashboards.views.audit_samples import SEED_MOST, SampleAsked, Strata, sample_asked
from dashboards.words import Words
from evidence.dossier.asked import SAMPLE_MOST
from lrs.errors import InvalidRequest
from training.access import Role

NAME: Final = "auditor.home"
ROLES: Final = frozenset((Role.AUDITOR,))
_SIZE: Final = 10
# The fields of a draw, in the order of `draw_one`.
_DRAWN: Final = ("audit-size", "audit-seed", "audit-by", "audit-first", "audit-last")


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the provider, the counts, and the two ways to a sample."""
    words, lens = visit.words, visit.lens
    found = audit(lens)
    stamp = parts.live("as-of", parts.as_of(words, found.as_of)) if found.as_of else None
    head = parts.heading(words("audit_title"), words("audit_lead"), *([stamp] if stamp is not None else []))
    if not found.enrolments:
        return [head, _provider(words, found.provider), parts.nothing(words("audit_none"), words("audit_none_hint"))]
    return [
        head,
        parts.live("figures", _figures(words, found)),
        parts.two(_draw_form(words), _enter_form(words)),
        parts.two(_provider(words, found.provider, _period(words, found)), _parts(words, found)),
    ]


def _figures(words: Words, found: Audit) -> Any:  # noqa: ANN401 - Dash children
    language = words.language
    return parts.figures(
        parts.figure(words, words("audit_sessions"), formats.number(found.sessions, language)),
        parts.figure(
            words, words("audit_enrolments"), formats.number(found.enrolments, language),
            note=words("audit_ended", count=formats.number(found.ended, language)),
        ),
        parts.figure(words, words("audit_people"), formats.number(found.people, language)),
    )  # fmt: skip


def _period(words: Words, found: Audit) -> str:
    if found.first_on is None or found.last_on is None:
        return ""
    days = (formats.short_day(day, words.language) for day in (found.first_on, found.last_on))
    return " – ".join(days)


def _provider(words: Words, provider: AuditedProvider, period: str = "") -> Any:  # noqa: ANN401 - Dash children
    number = provider.activity_number
    declared = words("audit_nda_text", number=number, region=provider.registered_with) if number else ""
    known = [
        (words("audit_name"), provider.name),
        (words("audit_trade_name"), provider.trade_name),
        (words("audit_nda"), declared.rstrip(", ")),
        (words("audit_siret"), provider.siret),
        (words("audit_address"), ", ".join(provider.address)),
        (words("audit_period"), period),
    ]
    return parts.card(words("audit_provider"), parts.facts(*((name, text) for name, text in known if text)))


def _parts(words: Words, found: Audit) -> Any:  # noqa: ANN401 - Dash children
    """Return how many there are by category, by modality, by kind of funder."""
    columns = (
        parts.Column("by", words("audit_kind"), width=120),
        parts.Column("part", words("audit_part")),
        parts.Column("count", words("audit_count"), "number", 128),
    )
    rows = [
        *_rows(words, "audit_by_nature", found.natures, NATURES),
        *_rows(words, "audit_by_modality", found.modalities, MODALITIES),
        *_rows(words, "audit_by_family", found.families, FAMILIES),
    ]
    table = parts.table(words, "parts", columns, rows, label=words("audit_counts"))
    return parts.card(words("audit_counts"), table, caption=words("audit_counts_caption"))


def _rows(
    words: Words, by: str, counts: Mapping[Any, int], names: Mapping[Any, tuple[str, str]]
) -> list[dict[str, Any]]:
    ordered: list[tuple[StrEnum, int]] = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return [
        {"id": f"{by} {part.value}", "by": words(by), "part": words.say(names[part]), "count": count}
        for part, count in ordered
    ]


def _draw_form(words: Words) -> Any:  # noqa: ANN401 - Dash children
    spreads = [(by.value, words.say(SPREADS[by])) for by in Strata]
    form = forms.form(
        words,
        forms.text("audit-seed", words("audit_seed"), required=True, most=SEED_MOST, hint=words("audit_seed_help")),
        forms.side_by_side(
            forms.number(
                "audit-size", words("audit_size"), words=words, value=_SIZE, least=1, most=SAMPLE_MOST, required=True
            ),
            forms.select("audit-by", words("audit_by"), spreads, words=words, value=Strata.NONE.value),
        ),
        forms.side_by_side(
            forms.date("audit-first", words("audit_first")), forms.date("audit-last", words("audit_last"))
        ),
        forms.buttons(forms.button("audit-go", words("audit_go"))),
        title=words("audit_draw"),
    )
    return parts.card(words("audit_draw"), form, caption=words("audit_draw_caption"))


def _enter_form(words: Words) -> Any:  # noqa: ANN401 - Dash children
    form = forms.form(
        words,
        forms.text("audit-entered", words("audit_entered"), lines=6, required=True),
        forms.buttons(forms.button("audit-enter", words("audit_enter_go"), emphasis="second")),
        title=words("audit_enter"),
    )
    return parts.card(words("audit_enter"), form, caption=words("audit_enter_caption"))


def sample_query(asked: SampleAsked) -> str:
    """Return the query string of a sample: with it anybody draws the same one."""
    given = {
        "entered": asked.entered,
        "seed": asked.seed,
        "size": str(asked.size or ""),
        "by": asked.by.value if asked.by is not Strata.NONE else "",
        "first_on": "" if asked.first_on is None else asked.first_on.isoformat(),
        "last_on": "" if asked.last_on is None else asked.last_on.isoformat(),
    }
    return urlencode({name: value for name, value in given.items() if value})


def _acts(acts: Acts) -> None:
    @acts.on(
        ROLES,
        Output("audit-go", "disabled"),
        Input("audit-go", "n_clicks"),
        *(State(name, "value") for name in _DRAWN),
    )
    def draw_one(visit: Visit, _: object, *values: object) -> bool:
        names = ("size", "seed", "by", "first_on", "last_on")
        _go(visit, {name: _text(value) for name, value in zip(names, values, strict=True)})
        return False

    @acts.on(
        ROLES,
        Output("audit-enter", "disabled"),
        Input("audit-enter", "n_clicks"),
        State("audit-entered", "value"),
    )
    def enter_one(visit: Visit, _: object, entered: object) -> bool:
        _go(visit, {"entered": _text(entered)})
        return False


def _go(visit: Visit, given: Mapping[str, str]) -> None:
    try:
        asked = sample_asked(given)
    except InvalidRequest:
        answers.say(visit.words("audit_wrong"), visit.words("audit_wrong_text", most=SAMPLE_MOST), tone="warning")
        return
    answers.go_to(f"audit/sample?{sample_query(asked)}")


def _text(value: object) -> str:
    """Return what a field holds; a number without its fraction."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


PAGE: Final = Page(
    name=NAME,
    path="audit",
    roles=ROLES,
    title=("Audit", "Audit"),
    menu=("Échantillon", "Sample"),
    icon="check",
    draw=draw,
    acts=_acts,
    texts=TEXTS,
)
