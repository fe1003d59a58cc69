"""The trainer's first page: which half-day is now, who of it has signed, and which sheet still lacks something.

Its reader decides whether to open the next half-day, whom to wait for, and which past sheet to finish first. What is
over and lacks something stands first: a signature that is missing today can still be asked for, in a month it cannot.
"""

from __future__ import annotations

from typing import Any, Final

from dash import MATCH, Input, Output, State, html

from dashboards.frame import forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.answers import draw_again, say
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.trainer.words import STATES, TEACHING, TEXTS, hours_between, slot_text
from dashboards.views.session_half_days import SlotState
from dashboards.views.trainer_day import TaughtSlot, teaching_day
from dashboards.views.trainer_writing import helper_of, open_slot
from dashboards.words import Texts, Words
from training.access import Role

_TEXTS: Final[Texts] = {
    **TEXTS,
    "day_title": ("Aujourd’hui", "Today"),
    "day_lead": (
        "Les demi-journées à ouvrir, qui a signé, et les feuilles qu’il reste à terminer.",
        "Half-days to open, who has signed, and sheets still to be finished.",
    ),
    "day_unfinished": ("À terminer", "To be finished"),
    "day_unfinished_caption": (
        "Demi-journées passées auxquelles il manque des signatures ou votre contreseing, la plus ancienne d’abord.",
        "Past half-days that lack signatures or your countersignature, the oldest first.",
    ),
    "day_more": ("Et {count} autre(s) : voyez l’émargement, semaine par semaine.", "And {count} more, week by week."),
    "day_slots": ("Demi-journées du jour", "Today’s half-days"),
    "day_none": ("Aucune demi-journée aujourd’hui", "No half-day today"),
    "day_none_hint": ("Les suivantes sont ci-dessous.", "The next ones are below."),
    "day_coming": ("Les sept prochains jours", "The next seven days"),
    "day_none_coming": (
        "Rien n’est prévu dans les sept prochains jours.",
        "Nothing is planned in the next seven days.",
    ),
    "day_open": ("Ouvrir la signature", "Open for signing"),
    "day_open_name": ("Ouvrir la signature : {slot}", "Open for signing: {slot}"),
    "day_opened": ("La signature est ouverte", "Signing is open"),
    "day_opened_text": (
        "Affichez le QR code : les stagiaires le visent et signent sur leur téléphone.",
        "Show the QR code: trainees scan it and sign on their phones.",
    ),
    "day_show": ("Afficher le QR code", "Show the QR code"),
    "day_follow": ("Suivre et noter", "Follow and note"),
    "day_close": ("Fermer", "Close"),
    "day_countersign": ("Relire et contresigner", "Read and countersign"),
    "day_sheet": ("Voir la feuille", "See the sheet"),
    "day_complete": ("Compléter la feuille", "Complete the sheet"),
    "day_signed": ("{signed} sur {expected} ont signé", "{signed} of {expected} have signed"),
    "day_who_signed": ("Ont signé", "Have signed"),
    "day_who_missing": ("En attente", "Waiting for"),
    "day_who_unsigned": ("Présents sans signature", "Present, unsigned"),
    "day_who_away": ("Absents", "Absent"),
    "day_unknown": ("{count} sans indication", "{count} with nothing noted"),
    "day_present": ("{count} présent(s)", "{count} present"),
    "day_absent": ("{count} absent(s)", "{count} absent"),
    "day_week": ("Toutes les demi-journées", "All half-days"),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the page."""
    words, day = visit.words, teaching_day(visit.lens)
    today, unfinished = [_today(words, day.slots)], _unfinished(words, day.unfinished, day.unfinished_more)
    return [
        parts.heading(
            words("day_title"),
            words("day_lead"),
            html.A(words("day_week"), href="/dashboards/attendance/", className="button quiet"),
        ),
        parts.live(
            "half-days",
            # Whoever stands before a class opens its half-day; what is left to finish can wait until the evening.
            parts.stack(*(today + unfinished if day.slots else unfinished + today)),
        ),
        parts.card(
            words("day_coming"),
            parts.live(
                "coming",
                html.Ul([html.Li(_line(words, item)) for item in day.coming], className="table-list")
                if day.coming
                else html.P(words("day_none_coming")),
            ),
        ),
    ]


def _unfinished(words: Words, items: tuple[TaughtSlot, ...], more: int) -> list[Any]:
    if not items:
        return []
    shown = [html.Li(parts.stack(html.Div(_line(words, item)), _tools(words, item))) for item in items]
    after = [html.P(words("day_more", count=more), className="caption")] if more else []
    return [
        parts.card(
            words("day_unfinished"),
            [html.Ul(shown, className="table-list"), *after],
            caption=words("day_unfinished_caption"),
        )
    ]


def _today(words: Words, items: tuple[TaughtSlot, ...]) -> Any:  # noqa: ANN401 - Dash children
    if not items:
        return parts.card(words("day_slots"), parts.nothing(words("day_none"), words("day_none_hint")))
    return parts.stack(*(_card(words, item) for item in items))


def _card(words: Words, item: TaughtSlot) -> html.Section:
    """Return a half-day of today, with who has signed while it is open."""
    where = " · ".join(text for text in (item.module, item.place) if text)
    body: list[Any] = [parts.row(_badge(words, item), html.Span(_counts(words, item)))]
    if item.names is not None:
        groups = (
            ("day_who_missing", item.names.missing),
            ("day_who_signed", item.names.signed),
            ("day_who_unsigned", item.names.unsigned),
            ("day_who_away", item.names.away),
        )
        lines = [(f"{words(key)} ({len(names)})", ", ".join(names)) for key, names in groups if names]
        body.append(parts.facts(*lines))
    body.append(_tools(words, item))
    times = hours_between(item.slot.starts_at, item.slot.ends_at)
    return parts.card(f"{times} · {item.title}", parts.stack(*body), caption=where)


def _line(words: Words, item: TaughtSlot) -> list[Any]:
    slot = item.slot
    when = (
        f"{slot_text(slot.held_on, slot.half_day.value, words.language)}, {hours_between(slot.starts_at, slot.ends_at)}"
    )
    return [
        html.Div(item.title, className="about"),
        html.P(when, className="caption"),
        parts.row(_badge(words, item), html.Span(_counts(words, item))),
    ]


def _badge(words: Words, item: TaughtSlot) -> html.Span:
    text, tone = STATES[item.state]
    return parts.badge(words.say(text), tone)  # type: ignore[arg-type]  # the tones of STATES


def _counts(words: Words, item: TaughtSlot) -> str:
    if item.names is not None:
        return words("day_signed", signed=len(item.names.signed), expected=item.names.expected)
    known = (("day_unknown", item.unknown), ("day_present", item.present), ("day_absent", item.absent))
    return ", ".join(words(key, count=count) for key, count in known if count)


def _tools(words: Words, item: TaughtSlot) -> html.Div:
    """Return what is to be done with a half-day, the first thing first."""
    path = f"/dashboards/attendance/slots/{item.slot.id}"
    sheet = html.A(words("day_sheet"), href=f"{path}/sheet", className="button quiet")
    if item.state is SlotState.CANCELLED:
        return parts.row()
    if item.state is SlotState.OPEN:
        return parts.row(
            html.A(words("day_show"), href=f"{path}/display", className="button"),
            html.A(words("day_follow"), href=path, className="button quiet"),
            html.A(words("day_countersign"), href=f"{path}/sheet", className="button quiet"),
            html.A(words("day_close"), href=f"{path}/close", className="button quiet"),
        )
    if item.state is SlotState.TO_COUNTERSIGN:
        return parts.row(html.A(words("day_countersign"), href=f"{path}/sheet", className="button"))
    if item.state is SlotState.TO_SIGN:
        return parts.row(html.A(words("day_complete"), href=path, className="button"), sheet)
    if item.state is SlotState.DONE:
        return parts.row(sheet)
    name = words("day_open_name", slot=f"{item.title}, {hours_between(item.slot.starts_at, item.slot.ends_at)}")
    return parts.row(
        forms.button({"open-slot": item.slot.id}, words("day_open"), name=name),
        html.A(words("day_follow"), href=path, className="button quiet"),
    )


def acts(acts: Acts) -> None:
    """Register what the page does: open a half-day."""

    @acts.on(
        TEACHING,
        Output({"open-slot": MATCH}, "disabled"),
        Input({"open-slot": MATCH}, "n_clicks"),
        State({"open-slot": MATCH}, "id"),
    )
    def open_half_day(visit: Visit, clicks: int | None, name: object) -> bool:
        slot_id = name.get("open-slot") if isinstance(name, dict) else None
        if not clicks or not isinstance(slot_id, str):
            return False
        helper = helper_of(visit.lens, visit.reader.account_id, visit.reader.person)
        open_slot(visit.lens, helper, slot_id)
        say(visit.words("day_opened"), visit.words("day_opened_text"))
        draw_again()
        return True


DAY: Final = Page(
    name="trainer.day",
    path="teaching",
    roles=frozenset((Role.TRAINER,)),
    title=("Aujourd’hui", "Today"),
    draw=draw,
    menu=("Aujourd’hui", "Today"),
    icon="calendar",
    acts=acts,
    texts=_TEXTS,
    always_changes=True,
)
