"""Who the organisation is on its documents.

The administrator sees what is missing before documents can be issued, and changes it. A change replaces the version
that was on the screen: what somebody else changed meanwhile is shown beside what was typed, and nothing is lost.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.days import day_of
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, lines_of, require, text_of
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.pictures import PICTURE_TEXTS, pictures_of, register_pictures
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.versions import VERSION_TEXTS, versions_of
from dashboards.views.administration.organisation import OrganisationView, read_organisation
from dashboards.views.administration.records_changes import write_record
from dashboards.words import Words
from lrs.errors import Conflict, PreconditionFailed
from training.access import STAFF, Role
from training.records.kinds import Kind

_SIMPLE: Final = (
    "legal_name",
    "trade_name",
    "siret",
    "activity_number",
    "registered_with",
    "place",
    "email",
    "phone",
    "website",
)
_SIGNATORY: Final = ("signatory_name", "signatory_quality", "signatory_since", "signatory_until")
_HINTS: Final = {name: f"hint_{name}" for name in (*_SIMPLE, "address", *_SIGNATORY)}
_FORM: Final = Form(
    "organisation",
    (*_SIMPLE, "address", *_SIGNATORY, "note", "version"),
    (),
    {
        "/signatories/0/name": "signatory_name",
        "/signatories/0/quality": "signatory_quality",
        "/signatories/0/since": "signatory_since",
        "/signatories/0/until": "signatory_until",
    },
    _HINTS,
)

_TEXTS: Final = {
    **FORM_TEXTS,
    **VERSION_TEXTS,
    **PICTURE_TEXTS,
    "title": ("Organisme", "Organisation"),
    "lead": (
        "Ce que les documents disent de l’organisme. Chaque version est gardée.",
        "What documents say of the organisation. Every version is kept.",
    ),
    "none_title": ("L’organisme n’est pas encore décrit", "The organisation is not described yet"),
    "none": (
        "Aucun document ne peut être émis avant : ils nomment l’organisme et son signataire.",
        "No document can be issued before: they name it, and who signs.",
    ),
    "account": ("Compte de l’organisme", "Tenant"),
    "name": ("Nom affiché", "Name shown"),
    "slug": ("Nom court", "Slug"),
    "since": ("Depuis le", "Since"),
    "identity": ("Identité", "Identity"),
    "identity_caption": (
        "Version {version}, enregistrée le {when}.",
        "Version {version}, recorded at {when}.",
    ),
    "save": ("Enregistrer une nouvelle version", "Save a new version"),
    "saved": ("La nouvelle version est enregistrée.", "The new version is saved."),
    "same": ("Rien n’a changé : la version reste la même.", "Nothing changed: the version stays."),
    "meanwhile": ("Quelqu’un a changé l’organisme entre-temps", "Somebody has changed it meanwhile"),
    "meanwhile_text": (
        (
            "Voici ce qui est enregistré maintenant et diffère de ce que vous avez saisi. Rien n’a été écrasé : "
            "reportez ce qui convient, puis enregistrez par-dessus la version {version}."
        ),
        "This is on record now, and differs from what you typed. Nothing was overwritten: save over version {version}.",
    ),
    "theirs": ("Enregistré : {value}", "On record: {value}"),
    "legal_name": ("Raison sociale", "Legal name"),
    "trade_name": ("Nom commercial", "Trade name"),
    "siret": ("SIRET", "SIRET"),
    "activity_number": ("Numéro de déclaration d’activité (NDA)", "Activity declaration number (NDA)"),
    "registered_with": ("Enregistré auprès du préfet de la région", "Registered with the prefect of the region"),
    "place": ("Fait à", "Place"),
    "email": ("Adresse électronique", "E-mail address"),
    "phone": ("Téléphone", "Phone"),
    "website": ("Site", "Website"),
    "address": ("Adresse postale", "Postal address"),
    "signatory": ("Signataire", "Signatory"),
    "signatories": ("Signataires", "Signatories"),
    "signatory_name": ("Signataire : prénom et nom", "Signatory: first and last name"),
    "signatory_quality": ("Signataire : qualité", "Signatory: quality"),
    "signatory_since": ("Signataire : depuis le", "Signatory: since"),
    "signatory_until": ("Signataire : jusqu’au", "Signatory: until"),
    "note": ("Motif du changement", "Why it changes"),
    "version": ("Version remplacée", "Version replaced"),
    "hint_legal_name": ("Telle qu’aux statuts, 200 caractères au plus.", "As in the articles, up to 200 characters."),
    "hint_trade_name": ("Si elle diffère ; 200 caractères au plus.", "Where it differs; up to 200 characters."),
    "hint_siret": ("14 chiffres, sans espaces.", "14 digits without spaces."),
    "hint_activity_number": (
        (
            "11 caractères, sans espaces, par exemple 11755012375. Les documents ajoutent « Cet enregistrement ne "
            "vaut pas agrément de l’État »."
        ),
        "11 characters without spaces, as in 11755012375.",
    ),
    "hint_registered_with": ("Par exemple : Bretagne.", "As in Bretagne."),
    "hint_place": ("La ville des documents : « Fait à Rennes ».", "The town of documents: “Fait à Rennes”."),
    "hint_email": ("Une adresse, par exemple contact@exemple.fr.", "One address, as in contact@example.fr."),
    "hint_phone": ("200 caractères au plus.", "Up to 200 characters."),
    "hint_website": ("200 caractères au plus.", "Up to 200 characters."),
    "hint_address": (
        "Une ligne par ligne d’enveloppe, six au plus.",
        "A line for each line of an envelope, six at most.",
    ),
    "hint_signatory_name": (
        "Une personne, non une société : le modèle du ministère le demande.",
        "A person, not a company: the ministry’s model asks for one.",
    ),
    "hint_signatory_quality": ("Par exemple : directrice.", "As in directrice."),
    "hint_signatory_since": ("Le premier jour.", "The first day."),
    "hint_signatory_until": ("Vide tant que cela dure.", "Empty while it lasts."),
    "hint_note": ("Facultatif ; gardé avec la version.", "Optional; kept with the version."),
    "hint_version": (
        "Celle qui était à l’écran. Ne changez ce nombre que pour enregistrer par-dessus.",
        "The one on the screen. Change this number only to save over another.",
    ),
    "history": ("Versions", "Versions"),
    "history_none": ("Aucune version.", "No version."),
    "others": ("Autres signataires", "Other signatories"),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page; whoever is no administrator reads it only."""
    words, found = visit.words, read_organisation(visit.lens)
    empty = [] if found.version else [parts.notice(words("none_title"), words("none"), tone="warning")]
    caption = ""
    if found.history:
        when = formats.moment_of(found.history[0].recorded_at, words.language)
        caption = words("identity_caption", version=found.version, when=when)
    if visit.lens.viewer.role is Role.ADMINISTRATOR:
        identity: Any = _FORM.draw(words, _fields(words, found), words("save"))
    else:
        identity = parts.facts(*[(words(name), found.plain.get(name) or "—") for name in _SIMPLE])
    return [
        *passed_on(visit),
        parts.heading(words("title"), words("lead")),
        *empty,
        parts.card(words("identity"), identity, caption=caption),
        pictures_of(visit, found),
        parts.card(words("account"), parts.facts(*_account(words, found))),
        parts.live("history", parts.card(words("history"), versions_of(visit, found.history))),
    ]


def _account(words: Words, found: OrganisationView) -> list[tuple[str, Any]]:
    others = found.plain.get("signatories", [])[1:]
    return [
        (words("name"), found.name),
        (words("slug"), found.slug),
        (words("since"), formats.moment_of(found.created, words.language)),
        *([(words("others"), ", ".join(f"{item['name']} ({item['quality']})" for item in others))] if others else []),
    ]


def _fields(words: Words, found: OrganisationView) -> list[Field]:
    plain = found.plain
    signatory = (plain.get("signatories") or [{}])[0]
    return [
        *(
            Field(
                name,
                words(name),
                "email" if name == "email" else "text",
                plain.get(name, ""),
                words(_HINTS[name]),
                is_required=name == "legal_name",
            )
            for name in _SIMPLE
        ),
        Field("address", words("address"), "long", "\n".join(plain.get("address", ())), words("hint_address")),
        Field(
            "signatory_name", words("signatory_name"), value=signatory.get("name"), hint=words("hint_signatory_name")
        ),
        Field(
            "signatory_quality",
            words("signatory_quality"),
            value=signatory.get("quality"),
            hint=words("hint_signatory_quality"),
        ),
        Field(
            "signatory_since", words("signatory_since"), "day", signatory.get("since"), words("hint_signatory_since")
        ),
        Field(
            "signatory_until", words("signatory_until"), "day", signatory.get("until"), words("hint_signatory_until")
        ),
        Field("note", words("note"), hint=words("hint_note")),
        Field("version", words("version"), value=str(found.version), hint=words("hint_version")),
    ]


def _plain(values: Values, before: OrganisationView) -> dict[str, Any]:
    """Return the record that a form asks for: what the form does not show (pictures, later signatories) stays."""
    plain = {**before.plain, **{name: text_of(values, name) for name in _SIMPLE}}
    plain["address"] = list(lines_of(values, "address"))
    others = list(before.plain.get("signatories", ()))[1:]
    since, until = day_of(values, "signatory_since"), day_of(values, "signatory_until")
    first = {
        "name": text_of(values, "signatory_name"),
        "quality": text_of(values, "signatory_quality"),
        "since": None if since is None else since.isoformat(),
        "until": None if until is None else until.isoformat(),
    }
    is_given = any(first.values())
    if is_given:
        require(values, "signatory_name", "signatory_quality", "signatory_since")
    plain["signatories"] = [first, *others] if is_given else others
    return plain


def register(acts: Acts) -> None:
    """Register what the page can do."""
    register_pictures(acts)

    @_FORM.on(acts, ADMINISTRATORS)
    def save(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        require(values, "legal_name")
        before = read_organisation(visit.lens)
        plain, version = _plain(values, before), text_of(values, "version")
        expected = int(version) if version.isdecimal() else before.version
        try:
            entry = write_record(
                visit.lens, Kind.PROVIDER, before.record_id, plain, expected=expected, note=text_of(values, "note")
            )
        except (Conflict, PreconditionFailed):
            return _meanwhile(visit.words, before, plain)
        pass_on(visit, "settings/organisation", "saved" if entry.version != before.version else "same")
        return None


def _meanwhile(words: Words, found: OrganisationView, typed: dict[str, Any]) -> html.Div:
    """Return what is on record now where it differs from what was typed."""
    differs = [
        (words(name), words("theirs", value=found.plain.get(name) or "—"))
        for name in _SIMPLE
        if (found.plain.get(name) or "") != (typed.get(name) or "")
    ]
    if list(found.plain.get("address", ())) != typed["address"]:
        differs.append((words("address"), words("theirs", value=", ".join(found.plain.get("address", ())))))
    if found.plain.get("signatories", []) != typed["signatories"]:
        names = ", ".join(f"{item['name']} ({item['quality']})" for item in found.plain.get("signatories", ()))
        differs.append((words("signatory"), words("theirs", value=names or "—")))
    text = words("meanwhile_text", version=found.version)
    return parts.notice(words("meanwhile"), [html.P(text), parts.facts(*differs)], tone="warning")


PAGES: Final = (
    Page(
        name="administrator.organisation",
        path="settings/organisation",
        roles=STAFF,
        title=("Organisme", "Organisation"),
        draw=draw,
        menu=("Organisme", "Organisation"),
        icon="building",
        acts=register,
        texts=_TEXTS,
    ),
)
