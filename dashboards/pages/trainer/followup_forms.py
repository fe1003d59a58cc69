"""What the owner of a follow-up notes and decides: a contact, the outcome, that they know better, who goes on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from dash import Input, Output, State, dcc, no_update

from dashboards import formats
from dashboards.frame import forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.answers import draw_again, go_to, say
from dashboards.frame.visit import Visit
from dashboards.pages.trainer.letters import as_text, next_key
from dashboards.pages.trainer.words import CHANNELS, TEACHING, days_text, parse_day, parse_moment
from dashboards.views.risk import limits_of, today_of
from dashboards.views.risk_followup import FollowUpFile, assign, close, log_contact, override, resume
from dashboards.views.trainer_writing import helper_of
from dashboards.words import Words
from lrs.clock import to_datetime, to_micros
from training.assistance import Channel
from training.assistance.logbook import SUBJECT_MOST
from training.assistance.writing import Helper
from training.followups import Noted, load_outcomes
from training.followups.followup import NOTE_MOST, REASON_MOST

_MANAGERS: Final = "managers"
_AHEAD: Final = timedelta(minutes=5)
# For how long alerts are suspended unless somebody says otherwise.
_USUAL: Final = timedelta(days=14)


def forms_of(visit: Visit, found: FollowUpFile) -> list[Any]:
    """Return the forms that a follow-up has as it stands."""
    stores = [
        dcc.Store(id="followup-version", data=found.followup.version),
        dcc.Store(id="followup-key", data=str(visit.lens.services.ids.new_uuid())),
    ]
    if found.followup.is_open:
        words = visit.words
        most = days_text(found.limits.override_days_most, words.language)
        return [
            *stores,
            parts.two(
                parts.card(words("note_title"), _note_form(visit)),
                parts.stack(
                    parts.card(words("close_title"), _close_form(words)),
                    parts.card(
                        words("override_title"), _override_form(words, found),
                        caption=words("override_caption", most=most),
                    ),
                    parts.card(words("assign_title"), _assign_form(words, found)),
                ),
            ),
        ]  # fmt: skip
    if found.followup.is_quiet(found.today):
        return [*stores, parts.card(visit.words("resume_title"), _resume_form(visit.words))]
    return stores


def _note_form(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    words = visit.words
    now = to_datetime(visit.lens.now).astimezone(formats.PARIS)
    channels = [(channel.value, words.say(text)) for channel, text in CHANNELS.items()]
    return forms.form(
        words,
        forms.side_by_side(
            forms.select("contact-channel", words("note_channel"), channels, words=words, value=channels[0][0]),
            forms.moment("contact-at", words("note_at"), value=f"{now:%Y-%m-%dT%H:%M}", required=True),
        ),
        forms.text("contact-note", words("note_text"), lines=3, hint=words("note_help")),
        forms.checkbox("contact-log", words("note_log"), checked=True, hint=words("note_log_help")),
        forms.text("contact-subject", words("note_subject"), value=words("note_subject_default"), most=SUBJECT_MOST),
        forms.buttons(forms.button("contact-save", words("note_save"))),
        title=words("note_title"),
        has_required=True,
    )


def _close_form(words: Words) -> Any:  # noqa: ANN401 - Dash children
    outcomes = [(item.id, words.say(item.title)) for item in load_outcomes().values() if item.is_chosen]
    return forms.form(
        words,
        forms.select("close-outcome", words("close_outcome"), outcomes, words=words, required=True),
        forms.text("close-note", words("close_note"), most=NOTE_MOST),
        forms.buttons(forms.button("close-save", words("close_save"), emphasis="second")),
        title=words("close_title"),
    )


def _override_form(words: Words, found: FollowUpFile) -> Any:  # noqa: ANN401 - Dash children
    last = found.today + timedelta(days=found.limits.override_days_most)
    return forms.form(
        words,
        forms.text("override-reason", words("override_reason"), required=True, most=REASON_MOST),
        forms.date(
            "override-until",
            words("override_until"),
            value=min(found.today + _USUAL, last).isoformat(),
            first=(found.today + timedelta(days=1)).isoformat(),
            last=last.isoformat(),
            required=True,
        ),
        forms.buttons(forms.button("override-save", words("override_save"), emphasis="second")),
        title=words("override_title"),
    )


def _assign_form(words: Words, found: FollowUpFile) -> Any:  # noqa: ANN401 - Dash children
    owners = [*((str(name), text) for name, text in found.owners), (_MANAGERS, words("owner_managers"))]
    chosen = found.followup.owner or _MANAGERS
    value = chosen if chosen in {name for name, _ in owners} else _MANAGERS
    return forms.form(
        words,
        forms.select("assign-owner", words("assign_owner"), owners, words=words, value=value),
        forms.buttons(forms.button("assign-save", words("assign_save"), emphasis="second")),
        title=words("assign_title"),
    )


def _resume_form(words: Words) -> Any:  # noqa: ANN401 - Dash children
    return forms.form(
        words,
        forms.text("resume-reason", words("resume_reason"), required=True, most=REASON_MOST),
        forms.buttons(forms.button("resume-save", words("resume_save"), emphasis="second")),
        title=words("resume_title"),
    )


def register_forms(acts: Acts) -> None:
    """Register what these forms do."""
    version = State("followup-version", "data")
    acts.on(
        TEACHING,
        [
            *(Output(f"contact-{name}", "error") for name in ("at", "note", "subject")),
            Output("contact-note", "value"),
            Output("followup-key", "data"),
            Output("followup-version", "data"),
        ],
        Input("contact-save", "n_clicks"),
        State("followup-key", "data"),
        *(State(f"contact-{name}", "value") for name in ("channel", "at", "note", "subject")),
        State("contact-log", "checked"),
    )(_note)
    acts.on(
        TEACHING,
        [Output("close-outcome", "error"), Output("close-note", "error")],
        Input("close-save", "n_clicks"),
        version,
        State("close-outcome", "value"),
        State("close-note", "value"),
    )(_close)
    acts.on(
        TEACHING,
        [Output("override-reason", "error"), Output("override-until", "error")],
        Input("override-save", "n_clicks"),
        version,
        State("override-reason", "value"),
        State("override-until", "value"),
    )(_override)
    acts.on(
        TEACHING,
        Output("assign-owner", "error"),
        Input("assign-save", "n_clicks"),
        version,
        State("assign-owner", "value"),
    )(_assign)
    acts.on(
        TEACHING,
        Output("resume-reason", "error"),
        Input("resume-save", "n_clicks"),
        version,
        State("resume-reason", "value"),
    )(_resume)


def _note(
    visit: Visit, clicks: int | None, key: object, channel: object, at: object, note: object, subject: object,
    is_logged: object,
) -> list[Any]:  # fmt: skip
    words, instant, said, about = visit.words, parse_moment(as_text(at)), as_text(note), as_text(subject)
    in_log = is_logged is True
    wrong = [
        "" if instant is not None and instant <= to_datetime(visit.lens.now) + _AHEAD else words("note_at_wrong"),
        "" if len(said) <= NOTE_MOST else words("note_long"),
        "" if about or not in_log else words("note_subject_missing"),
    ]
    if not clicks or instant is None or any(wrong):
        return [*wrong, *[no_update] * 3]
    act = as_text(key)
    noted = Noted(
        key=act,
        at=to_micros(instant),
        channel=Channel(as_text(channel)) if channel in set(Channel) else Channel.OTHER,
        note=said,
    )
    made = log_contact(visit.lens, _helper(visit), _which(visit), noted, about, in_log=in_log)
    say(words("note_saved"))
    draw_again()
    return [*wrong, "", next_key(act), made.version]


def _close(visit: Visit, clicks: int | None, version: object, outcome: object, note: object) -> list[Any]:
    words, chosen, said = visit.words, as_text(outcome), as_text(note)
    known = load_outcomes().get(chosen)
    wrong = [
        "" if known is not None and known.is_chosen else words("close_missing"),
        "" if len(said) <= NOTE_MOST else words("note_long"),
    ]
    if not clicks or any(wrong):
        return wrong
    close(visit.lens, _helper(visit), _which(visit), chosen, said, _seen(version))
    _go_on(visit, "close_done")
    return wrong


def _override(visit: Visit, clicks: int | None, version: object, reason: object, until: object) -> list[Any]:
    words, why, day = visit.words, as_text(reason), parse_day(as_text(until))
    today: date = today_of(visit.lens)
    last = today + timedelta(days=limits_of(visit.lens).override_days_most)
    is_fine = day is not None and today < day <= last
    wrong = [
        "" if why and len(why) <= REASON_MOST else words("override_reason_missing"),
        "" if is_fine else words("override_until_wrong", last=formats.short_day(last, words.language)),
    ]
    if not clicks or day is None or any(wrong):
        return wrong
    override(visit.lens, _helper(visit), _which(visit), why, day, _seen(version))
    _go_on(visit, "override_done")
    return wrong


def _assign(visit: Visit, clicks: int | None, version: object, owner: object) -> str:
    if clicks:
        chosen = as_text(owner)
        wanted = "" if chosen == _MANAGERS else chosen
        assign(visit.lens, _helper(visit), _which(visit), wanted, _seen(version))
        _go_on(visit, "assign_done")
    return ""


def _resume(visit: Visit, clicks: int | None, version: object, reason: object) -> str:
    why = as_text(reason)
    if not clicks or not why or len(why) > REASON_MOST:
        return visit.words("override_reason_missing")
    resume(visit.lens, _helper(visit), _which(visit), why, _seen(version))
    _go_on(visit, "resume_done")
    return ""


def _which(visit: Visit) -> str:
    return visit.place.get("followup_id", "")


def _seen(version: object) -> int:
    """Return which version the browser says it saw; of none, one that never was."""
    return version if isinstance(version, int) and not isinstance(version, bool) else 0


def _helper(visit: Visit) -> Helper:
    return helper_of(visit.lens, visit.reader.account_id, visit.reader.person)


def _go_on(visit: Visit, done: str) -> None:
    """Show the follow-up as it stands now: what can be done with it is another."""
    go_to(f"teaching/followups/{_which(visit)}?done={done}&at={visit.lens.now}")
