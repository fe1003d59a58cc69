"""One forward or webhook: how it is doing, what could not be delivered, what it was sent, its settings and its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import answers, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator import outlet_forms as forms
from dashboards.pages.administrator.days import iso
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Values, number_of, require, text_of
from dashboards.pages.administrator.outlet_words import OUTLET_TEXTS
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.secrets import SECRET_TEXTS, shown_once
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.views.administration import outlets_changes as changes
from dashboards.views.administration.outlets import OutletView, read_outlet
from dashboards.words import Words
from lrs.forwarding.outlet import Kind, Outlet, State
from lrs.sending.outlets import BY_HAND, IssuedWebhook, Seen, Sent

PATH: Final = "settings/outgoing"
STATE_TONES: Final[Mapping[str, parts.Tone]] = {"active": "good", "failing": "warning", "paused": "plain"}
_STANDINGS: Final[Mapping[str, parts.Tone]] = {"delivered": "good", "waiting": "plain", "dead": "alarm"}
_HOUR: Final = 3_600
_EVERY: Final = "*"


def draw_one(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one forward or webhook."""
    words, found = visit.words, read_outlet(visit.lens, visit.place["outlet"])
    outlet, state = found.seen.outlet, state_of(found.seen)
    is_webhook = outlet.kind is Kind.WEBHOOK
    lead = words("webhook_lead" if is_webhook else "forward_lead", url=outlet.settings.url)
    now = [*_paused(words, outlet), parts.card(words("about"), parts.facts(*_facts(words, found.seen)))]
    return [
        *passed_on(visit),
        parts.crumbs(words, (words("title"), PATH)),
        parts.heading(outlet.settings.label, lead, parts.badge(words(f"state_{state}"), STATE_TONES[state])),
        parts.live("outlet", parts.stack(*now)),
        *_acts(words, outlet),
        *_letters(words, found),
        parts.live("outlet-log", _log(words, found.deliveries)),
        _settings(visit, outlet),
        *([_rotation(words)] if is_webhook else []),
        _removal(words),
    ]


def state_of(seen: Seen) -> str:
    """Return in a word how one is doing: `active`, `failing` or `paused`."""
    outlet = seen.outlet
    if outlet.state is State.PAUSED:
        return "paused"
    return "failing" if outlet.health.failures else "active"


def error_words(words: Words, error: str) -> str:
    """Say an error in words; what is none of those known is the status of an answer."""
    if error in ("", BY_HAND):
        return words("paused_by_hand") if error else ""
    try:
        return words(f"error_{error}")
    except KeyError:
        return words("error_http", status=error.rpartition("_")[2])


def secret_shown(visit: Visit, issued: IssuedWebhook) -> Any:  # noqa: ANN401 - Dash children
    """Return a new secret at the one moment when it can be read."""
    answers.draw_again()
    return shown_once(visit.words, [("secret", issued.secret)])


def _paused(words: Words, outlet: Outlet) -> list[Any]:
    if outlet.state is not State.PAUSED:
        return []
    if outlet.reason == BY_HAND:
        return [parts.notice(words("paused_title"), words("paused_by_hand"), tone="warning")]
    text = words("paused_text", reason=error_words(words, outlet.reason))
    return [parts.notice(words("paused_title"), text, tone="alarm")]


def _facts(words: Words, seen: Seen) -> list[tuple[str, Any]]:
    outlet, health, language = seen.outlet, seen.outlet.health, words.language

    def moment(at: Any) -> str:  # noqa: ANN401 - an instant or None
        return words("never") if at is None else formats.moment_of(at, language)

    error: Any = "—"
    if health.error:
        error = f"{error_words(words, health.error)} — {moment(health.last_error)}"
    test = words("never")
    if health.test_at is not None:
        said = words("test_ok") if health.test == "ok" else error_words(words, health.test)
        test = f"{said} — {moment(health.test_at)}" if health.test else words("test_running")
    found = [
        (words("fact_address"), html.Code(outlet.settings.url)),
        (words("fact_created"), moment(outlet.created)),
        _wanted(words, outlet),
        (words("column_waiting"), formats.number(seen.waiting, language)),
        (words("column_success"), moment(health.last_success)),
        (words("column_error"), error),
        (words("fact_test"), test),
    ]
    if health.next_at is not None:
        found.append((words("fact_next"), moment(health.next_at)))
    return found


def _wanted(words: Words, outlet: Outlet) -> tuple[str, str]:
    if outlet.kind is Kind.WEBHOOK:
        return words("fact_events"), ", ".join(words(f"event_{name}") for name in outlet.webhook.events)
    wanted = outlet.forward.wanted
    if wanted.is_everything:
        return words("fact_filter"), words("fact_everything")
    count = sum(map(len, (wanted.verbs, wanted.activities, wanted.profiles, wanted.credentials)))
    return words("fact_filter"), words("fact_filtered", count=count)


def _acts(words: Words, outlet: Outlet) -> list[Any]:
    go = forms.RESUME if outlet.state is State.PAUSED else forms.PAUSE
    name = "resume" if outlet.state is State.PAUSED else "pause"
    return [
        parts.two(
            parts.card(
                words("try"),
                forms.TRY.draw(words, [], words("try_do"), emphasis="second"),
                caption=words(f"try_caption_{outlet.kind.value}"),
            ),
            parts.card(
                words(name),
                go.draw(words, [], words(f"{name}_do"), emphasis="second"),
                caption=words(f"{name}_caption"),
            ),
        )
    ]


def _letters(words: Words, found: OutletView) -> list[Any]:
    table = parts.table(
        words, "letters", _letter_columns(words), [_sent(words, item) for item in found.letters],
        empty=words("letters_none"),
    )  # fmt: skip
    card = parts.card(words("letters"), table, caption=words("letters_caption"))
    if not found.letters:
        return [card]
    options = [(_EVERY, words("letter_all")), *((item.id, _called(words, item)) for item in found.letters)]
    which = Field("letter", words("letter"), "choice", _EVERY, "", options, is_required=True)
    return [card, parts.card(words("replay"), forms.REPLAY.draw(words, [which], words("replay_do"), emphasis="second"))]


def _called(words: Words, item: Sent) -> str:
    when = formats.moment_of(item.last or item.at, words.language)
    return f"{_what(words, item)} — {item.id[:8]} — {when}"


def _what(words: Words, item: Sent) -> str:
    if item.type:
        return words(f"event_{item.type}")
    return words(f"what_{item.what}", count=formats.number(item.count, words.language))


def _letter_columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("at", words("column_at"), "instant"),
        parts.Column("what", words("column_what"), width=190),
        parts.Column("error", words("column_error"), width=240),
        parts.Column("answer", words("column_answer"), width=260),
        parts.Column("tries", words("column_tries"), "number"),
        parts.Column("about", words("column_id"), width=300),
    ]


def _sent(words: Words, item: Sent) -> dict[str, Any]:
    standing = item.standing.value
    return {
        "id": item.id,
        "at": iso(item.last or item.at),
        "what": _what(words, item),
        "standing": f"{_STANDINGS[standing]}:{words(f'standing_{standing}')}",
        "error": error_words(words, item.error),
        "answer": item.answer[:200],
        "tries": item.tries,
        "about": item.about,
    }


def _log(words: Words, deliveries: Sequence[Sent]) -> Any:  # noqa: ANN401 - Dash children
    columns = [
        parts.Column("at", words("column_at"), "instant"),
        parts.Column("what", words("column_what"), width=220),
        parts.Column("standing", words("column_standing"), "badge"),
        parts.Column("tries", words("column_tries"), "number"),
        parts.Column("error", words("column_error"), width=240),
    ]
    table = parts.table(words, "log", columns, [_sent(words, item) for item in deliveries], empty=words("log_none"))
    return parts.card(words("log"), table, caption=words("log_caption"))


def _settings(visit: Visit, outlet: Outlet) -> Any:  # noqa: ANN401 - Dash children
    words = visit.words
    if outlet.kind is Kind.WEBHOOK:
        form = forms.WEBHOOK_CHANGE.draw(words, forms.webhook_fields(words, outlet.webhook), words("save"))
    else:
        form = forms.FORWARD_CHANGE.draw(words, forms.forward_fields(visit, outlet.forward), words("save"))
    return parts.card(words("change"), form)


def _rotation(words: Words) -> Any:  # noqa: ANN401 - Dash children
    grace = Field("grace", words("grace"), "number", 24, words("hint_grace"), unit="h")
    form = forms.ROTATE.draw(words, [grace], words("rotate_do"), emphasis="second")
    return parts.card(words("rotate"), form, caption=words("rotate_caption"))


def _removal(words: Words) -> Any:  # noqa: ANN401 - Dash children
    sure = Field("sure", words("sure_remove"), "flag")
    form = forms.REMOVE.draw(words, [sure], words("remove_do"), emphasis="danger")
    return parts.card(words("remove"), form, caption=words("remove_caption"))


def register_one(acts: Acts) -> None:
    """Register what the page of one can do."""

    def back(visit: Visit) -> None:
        pass_on(visit, f"{PATH}/{visit.place['outlet']}", "saved")

    @forms.FORWARD_CHANGE.on(acts, ADMINISTRATORS, is_critical=True)
    def change_forward(visit: Visit, values: Values) -> None:
        settings = forms.forward_settings(values)
        changes.change_forward(visit.lens, visit.place["outlet"], settings, text_of(values, "secret"))
        back(visit)

    @forms.WEBHOOK_CHANGE.on(acts, ADMINISTRATORS, is_critical=True)
    def change_webhook(visit: Visit, values: Values) -> None:
        changes.change_webhook(visit.lens, visit.place["outlet"], forms.webhook_settings(values))
        back(visit)

    @forms.ROTATE.on(acts, ADMINISTRATORS, is_critical=True)
    def rotate(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        seconds = int((number_of(values, "grace") or 0) * _HOUR)
        return secret_shown(visit, changes.rotate_secret(visit.lens, visit.place["outlet"], seconds))

    @forms.TRY.on(acts, ADMINISTRATORS)
    def try_it(visit: Visit, _: Values) -> None:
        changes.try_outlet(visit.lens, visit.place["outlet"])
        back(visit)

    @forms.PAUSE.on(acts, ADMINISTRATORS)
    def pause(visit: Visit, _: Values) -> None:
        changes.set_paused(visit.lens, visit.place["outlet"], is_paused=True)
        back(visit)

    @forms.RESUME.on(acts, ADMINISTRATORS)
    def resume(visit: Visit, _: Values) -> None:
        changes.set_paused(visit.lens, visit.place["outlet"], is_paused=False)
        back(visit)

    @forms.REPLAY.on(acts, ADMINISTRATORS)
    def replay(visit: Visit, values: Values) -> None:
        require(values, "letter")
        letter = text_of(values, "letter")
        changes.replay_letters(visit.lens, visit.place["outlet"], None if letter == _EVERY else letter)
        back(visit)

    @forms.REMOVE.on(acts, ADMINISTRATORS, is_critical=True)
    def remove(visit: Visit, values: Values) -> None:
        require(values, "sure")
        changes.remove_outlet(visit.lens, visit.place["outlet"])
        pass_on(visit, PATH, "saved")


TEXTS: Final = {**FORM_TEXTS, **SECRET_TEXTS, **OUTLET_TEXTS}
PAGE: Final = Page(
    name="administrator.outlet",
    path=f"{PATH}/<outlet>",
    roles=ADMINISTRATORS,
    title=("Envoi vers un autre système", "Sending to another system"),
    draw=draw_one,
    acts=register_one,
    texts=TEXTS,
)
