"""What I show to others, and to whom.

A learner decides with it who may see a document, for what and until when; sees who opened the link; and takes it back.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any, Final
from uuid import UUID

from dash import ALL, Input, Output, State, ctx, html
from dash.exceptions import PreventUpdate

from dashboards import formats
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.learner.words import LEARNER_TEXTS, ROLES, checkboxes, day_text, source_text, unknown
from dashboards.views.learner_sharing import ShareLine, Sharing, share, sharing, withdraw
from dashboards.words import Words
from lrs.clock import Micros
from lrs.errors import InvalidRequest
from training.rights.share import DOCUMENTS_MOST, NAME_MOST, PURPOSE_MOST

TEXTS: Final = {
    **LEARNER_TEXTS,
    "title": ("Partager mes documents", "Share my documents"),
    "lead": (
        (
            "Vous choisissez le document, la personne et la durée ; vous voyez quand le lien est ouvert, et le retirez "
            "quand vous voulez."
        ),
        (
            "You choose the document, the person and for how long; you see when the link is opened, and withdraw it "
            "whenever you like."
        ),
    ),
    "new": ("Nouveau lien", "New link"),
    "new_caption": (
        "Qui a le lien lit les documents choisis, sans compte. Il ne voit rien d’autre de vous.",
        "Whoever has the link reads the documents chosen, without an account. They see nothing else of you.",
    ),
    "codes": ("Documents", "Documents"),
    "codes_hint": ("Seuls ceux qui sont en vigueur se partagent.", "Only those that stand can be shared."),
    "recipient": ("Avec qui", "With whom"),
    "recipient_hint": ("Une personne, une entreprise, une école.", "A person, a company, a school."),
    "purpose": ("Pourquoi", "What for"),
    "purpose_hint": ("Par exemple : candidature, dossier de financement.", "As in: application, funding file."),
    "until": ("Jusqu’au", "Until"),
    "until_hint": ("Ce jour compris ; au plus le {day}.", "That day included; {day} at the latest."),
    "make": ("Créer le lien", "Make the link"),
    "made": ("Le lien est créé", "The link is made"),
    "made_text": (
        "Copiez-le ci-dessous et donnez-le à {name}, à personne d’autre.",
        "Copy it below and give it to {name}, to nobody else.",
    ),
    "nothing": ("Aucun document à partager", "No document to share"),
    "nothing_hint": (
        "Un document se partage tant qu’il est en vigueur ; vous n’en avez pas pour l’instant.",
        "A document is shared while it stands; you have none for now.",
    ),
    "open": ("Liens ouverts", "Open links"),
    "open_none": ("Vous ne partagez rien.", "You share nothing."),
    "closed": ("Liens terminés ({count})", "Links that have ended ({count})"),
    "with": ("{purpose}, jusqu’au {day}", "{purpose}, until {day}"),
    "link": ("Le lien, à donner à {name} seul", "The link, for {name} alone"),
    "withdraw": ("Retirer ce lien", "Withdraw this link"),
    "withdraw_name": ("Retirer le lien donné à {name}", "Withdraw the link given to {name}"),
    "withdrawn": ("Le lien donné à {name} n’ouvre plus rien.", "The link given to {name} opens nothing any more."),
    "withdrawn_on": ("retiré le {at}", "withdrawn on {at}"),
    "ended": ("terminé", "ended"),
    "is_open": ("ouvert", "open"),
    "opened_none": ("Personne ne l’a encore ouvert.", "Nobody has opened it yet."),
    "opened_one": ("ouverture", "opening"),
    "opened_many": ("ouvertures", "openings"),
    "opened_line": ("{at} : {what}{network}", "{at}: {what}{network}"),
    "opened_page": ("la page", "the page"),
    "opened_document": ("un document", "a document"),
    "network": (", depuis le réseau {network}", ", from network {network}"),
    "missing": ("À remplir.", "To be filled in."),
    "not_this": ("Accepté : {accepted}.", "Accepted: {accepted}."),
    "bad_day": ("Choisissez un jour du {first} au {last}.", "Choose a day from {first} to {last}."),
    "bad_codes": ("Choisissez de 1 à {most} documents.", "Choose 1 to {most} documents."),
    "period": ("Durée la plus longue : {days}. {source}", "Longest time: {days}. {source}"),
}
_FIELDS: Final = ("codes", "recipient", "purpose", "until")
# The parts of an offer, as problems name them.
_POINTERS: Final = {f"/{name}": name for name in _FIELDS}


def draw(visit: Visit) -> list[Any]:
    """Return the page."""
    words, view = visit.words, sharing(visit.lens)
    head = parts.heading(words("title"), words("lead"))
    if not view.is_known:
        return [head, unknown(words)]
    return [
        head,
        _new(words, view),
        parts.live("shares", _shares(visit, view)),
        html.Div(id="share-ended", hidden=True),
    ]


def _new(words: Words, view: Sharing) -> html.Section:
    if not view.choices:
        return parts.card(words("new"), parts.nothing(words("nothing"), words("nothing_hint")))
    options = [(line.code, f"{line.heading} {line.number}") for line in view.choices]
    last = day_text(words, view.last_until)
    fields = [
        checkboxes(
            "share-codes", words("codes"), options, hint=words("codes_hint"), required=True,
            value=[options[0][0]] if len(options) == 1 else [],
        ),
        forms.text(
            "share-recipient", words("recipient"), required=True, hint=words("recipient_hint"), most=NAME_MOST
        ),
        forms.text("share-purpose", words("purpose"), required=True, hint=words("purpose_hint"), most=PURPOSE_MOST),
        forms.date(
            "share-until", words("until"), value=view.usual_until.isoformat(), required=True,
            hint=words("until_hint", day=last), first=view.today.isoformat(), last=view.last_until.isoformat(),
        ),
    ]  # fmt: skip
    days = formats.counted(view.period.most_days, words("days_one"), words("days_many"), words.language)
    source = source_text(words, view.period.reference, view.period.status)
    body = [
        forms.form(
            words, *fields, forms.buttons(forms.button("share-make", words("make"))), title=words("new"),
            has_required=True,
        ),
        html.P(words("period", days=days, source=source), className="caption"),
    ]  # fmt: skip
    return parts.card(words("new"), body, caption=words("new_caption"))


def _shares(visit: Visit, view: Sharing) -> html.Div:
    words = visit.words
    still = [line for line in view.lines if line.is_open]
    ended = [line for line in view.lines if not line.is_open]
    shown: list[Any] = [html.H2(words("open"))]
    shown += [_share(visit, line) for line in still] or [html.P(words("open_none"))]
    if ended:
        folded = parts.stack(*(_share(visit, line) for line in ended))
        shown.append(parts.more(words("closed", count=len(ended)), folded))
    return parts.stack(*shown)


def _share(visit: Visit, line: ShareLine) -> html.Section:
    words, item = visit.words, line.share
    body: list[Any] = [html.Ul([html.Li(text) for text in line.documents])]
    if line.is_open:
        address = f"{visit.reader.address.rstrip('/')}{line.path}"
        label = words("link", name=item.recipient)
        body.append(html.Div([html.P(label, className="caption"), html.P(html.A(address, href=line.path))]))
    body.append(_openings(words, line))
    if line.is_open:
        key = {"withdraw": str(item.id)}
        name = words("withdraw_name", name=item.recipient)
        body.append(parts.row(forms.button(key, words("withdraw"), emphasis="danger", name=name)))
    state = words("is_open") if line.is_open else words("ended")
    if item.withdrawn_at is not None:
        state = words("withdrawn_on", at=formats.moment_of(item.withdrawn_at, words.language))
    caption = words("with", purpose=item.purpose, day=day_text(words, item.until))
    badge = parts.badge(state, "good" if line.is_open else "plain")
    return parts.card(item.recipient, parts.stack(*body), caption=caption, tools=badge)


def _openings(words: Words, line: ShareLine) -> Any:  # noqa: ANN401 - Dash children
    item = line.share
    if not item.opened:
        return html.P(words("opened_none"), className="caption")
    count = formats.counted(item.opened_count, words("opened_one"), words("opened_many"), words.language)
    lines = [
        words(
            "opened_line",
            at=formats.moment_of(Micros(one.at), words.language),
            what=words("opened_page") if one.what == "page" else words("opened_document"),
            network=words("network", network=one.network) if one.network else "",
        )
        for one in item.opened
    ]
    return parts.more(count, html.Ul([html.Li(text) for text in lines]))


def acts(register: Acts) -> None:
    """Register what the page can do."""
    errors = [Output(f"share-{name}", "error") for name in _FIELDS]
    values = [Output(f"share-{name}", "value") for name in ("codes", "recipient", "purpose")]

    @register.on(
        ROLES,
        [*errors, *values],
        Input("share-make", "n_clicks"),
        [State(f"share-{name}", "value") for name in _FIELDS],
    )
    def make(visit: Visit, clicks: int | None, codes: object, recipient: object, purpose: object, until: object) -> Any:  # noqa: ANN401 - Dash's own
        if not clicks:
            raise PreventUpdate
        chosen = [str(code) for code in codes] if isinstance(codes, list) else []
        wrong, last = _missing(visit, chosen, recipient, purpose, until)
        if not wrong and last is not None:
            try:
                made = share(visit.lens, chosen, str(recipient), str(purpose), last)
            except InvalidRequest as error:
                wrong = {_POINTERS.get(one.pointer, "codes"): visit.words("not_this", accepted=one.accepted)
                         for one in error.problems}  # fmt: skip
            else:
                words = visit.words
                answers.say(words("made"), words("made_text", name=made.share.recipient))
                answers.draw_again()
                return ["", "", "", "", [], "", ""]
        return [*(wrong.get(name, "") for name in _FIELDS), chosen, recipient, purpose]

    @register.on(ROLES, Output("share-ended", "children"), Input({"withdraw": ALL}, "n_clicks"))
    def end(visit: Visit, clicks: list[int | None]) -> Any:  # noqa: ANN401 - Dash's own
        pressed = ctx.triggered_id
        if not any(clicks) or not isinstance(pressed, dict):
            raise PreventUpdate
        with suppress(ValueError):
            ended = withdraw(visit.lens, UUID(str(pressed.get("withdraw"))))
            answers.say(visit.words("withdrawn", name=ended.share.recipient))
            answers.draw_again()
        # Not PreventUpdate: what is said would be lost with it.
        return ""


def _missing(
    visit: Visit, codes: list[str], recipient: object, purpose: object, until: object
) -> tuple[dict[str, str], date | None]:
    """Return what is wrong with each field, and the day that was given."""
    words, view = visit.words, sharing(visit.lens)
    wrong: dict[str, str] = {}
    if not 0 < len(codes) <= DOCUMENTS_MOST:
        wrong["codes"] = words("bad_codes", most=DOCUMENTS_MOST)
    for name, value in (("recipient", recipient), ("purpose", purpose)):
        if not isinstance(value, str) or not value.strip():
            wrong[name] = words("missing")
    last = None
    with suppress(ValueError):
        last = date.fromisoformat(str(until))
    if last is None or not view.today <= last <= view.last_until:
        first, latest = day_text(words, view.today), day_text(words, view.last_until)
        wrong["until"] = words("bad_day", first=first, last=latest)
    return wrong, last


PAGE: Final = Page(
    name="learner.sharing",
    path="me/sharing",
    roles=ROLES,
    title=("Partager mes documents", "Share my documents"),
    menu=("Partages", "Sharing"),
    icon="share",
    draw=draw,
    acts=acts,
    texts=TEXTS,
)
