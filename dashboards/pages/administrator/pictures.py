"""Logo and stamp: what documents will look like, at the size of paper; what does, is put in its place here."""

from __future__ import annotations

from typing import Any, Final

import dash
from dash import Input, Output, dcc, html

from dashboards.frame import forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.form import POLITE
from dashboards.pages.administrator.passing import pass_on
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.views.administration.organisation import OrganisationView, read_organisation
from dashboards.views.administration.pictures import (
    PRINTED_MM,
    Name,
    PictureView,
    picture_of,
    read_upload,
    set_picture,
)
from dashboards.words import Texts, Words
from lrs.errors import Conflict, InvalidRequest, NotFound, PreconditionFailed
from training.access import Role
from training.records.provider import PictureType
from training.rules.provider import PICTURE_MOST_BYTES

_NAMES: Final[tuple[Name, ...]] = ("logo", "stamp")
# Larger files are not sent at all; what is smaller and still too large is refused in words.
_SENT_MOST_BYTES: Final = 5_000_000
# Below this, a printed picture looks coarse.
_DOTS_LEAST: Final = 150
_TITLES: Final = {PictureType.PNG: "PNG", PictureType.JPEG: "JPEG", PictureType.SVG: "SVG"}

PICTURE_TEXTS: Final[Texts] = {
    "pictures": ("Logo et cachet", "Logo and stamp"),
    "pictures_lead": (
        "Tels qu’ils seront imprimés, en taille réelle. Les documents déjà émis gardent les leurs.",
        "As they will be printed, at full size. Documents that were issued keep theirs.",
    ),
    "logo": ("Logo", "Logo"),
    "stamp": ("Cachet", "Stamp"),
    "logo_where": ("En tête de chaque document.", "At the head of every document."),
    "stamp_where": (
        "Près du signataire. Ce n’est qu’une image : c’est le cachet électronique qui fait foi.",
        "Beside who signs. It is a picture only: the electronic seal is what counts.",
    ),
    "picture_none": ("Aucune image.", "No picture."),
    "logo_none": (
        "Sans logo, le nom de l’organisme en tient lieu.",
        "Without one, the organisation’s name stands there.",
    ),
    "stamp_none": ("Sans cachet, rien n’est imprimé à cet endroit.", "Without one, nothing is printed there."),
    "picture_hint": (
        "PNG ou JPEG, ou SVG fait de tracés seuls ; 64 Ko au plus.",
        "PNG, JPEG, or an SVG of paths alone; 64 KiB at most.",
    ),
    "logo_shown": ("Logo actuel", "The logo now"),
    "stamp_shown": ("Cachet actuel", "The stamp now"),
    "logo_put": ("Déposer un logo", "Upload a logo"),
    "stamp_put": ("Déposer un cachet", "Upload a stamp"),
    "logo_again": ("Remplacer le logo", "Replace the logo"),
    "stamp_again": ("Remplacer le cachet", "Replace the stamp"),
    "logo_off": ("Retirer le logo", "Take the logo away"),
    "stamp_off": ("Retirer le cachet", "Take the stamp away"),
    "logo_note": ("Logo déposé", "Logo uploaded"),
    "stamp_note": ("Cachet déposé", "Stamp uploaded"),
    "logo_gone": ("Logo retiré", "Logo taken away"),
    "stamp_gone": ("Cachet retiré", "Stamp taken away"),
    "picture_file": ("{kind}, {size} Ko", "{kind}, {size} KiB"),
    "picture_pixels": ("{kind}, {size} Ko, {width} × {height} pixels", "{kind}, {size} KiB, {width} × {height} pixels"),
    "picture_coarse": (
        "Imprimée à {dots} points par pouce, elle paraîtra floue : choisissez-en une plus grande, ou un SVG.",
        "Printed at {dots} dots per inch, it will look coarse: take a larger one, or an SVG.",
    ),
    "picture_large": (
        "Rien n’a changé : ce fichier pèse {size} Ko, et 64 Ko sont le plus. Réduisez-le, ou prenez un SVG.",
        "Nothing was changed: this file has {size} KiB, and 64 KiB are the most.",
    ),
    "picture_wrong": (
        ("Rien n’a changé : ce fichier ne peut pas être imprimé. Il faut un PNG ou un JPEG entier (gris ou trois "
        "couleurs, quatre millions de pixels au plus), ou un SVG sans texte, sans image et sans rien d’extérieur."),
        "Nothing was changed: this file cannot be printed. {message}",
    ),
    "picture_meanwhile": (
        "Rien n’a changé : quelqu’un vient de modifier l’organisme. Rechargez la page, puis recommencez.",
        "Nothing was changed: somebody has just changed the organisation. Load the page again, then try again.",
    ),
    "picture_first": (
        "Décrivez d’abord l’organisme ci-dessus.",
        "Describe the organisation above first.",
    ),
}  # fmt: skip


def pictures_of(visit: Visit, found: OrganisationView) -> html.Section:
    """Return both pictures, and for administrators what puts others in their place."""
    may = visit.lens.viewer.role is Role.ADMINISTRATOR
    items = [_one(visit.words, name, picture_of(found, name), may=may and found.version > 0) for name in _NAMES]
    first = [] if found.version or not may else [html.P(visit.words("picture_first"), className="quiet")]
    return parts.card(visit.words("pictures"), [parts.two(*items), *first], caption=visit.words("pictures_lead"))


def _one(words: Words, name: Name, picture: PictureView | None, *, may: bool) -> html.Div:
    width, height = PRINTED_MM[name]
    style = {"width": f"{width}mm", "height": f"{height}mm"}
    if picture is None:
        shown: Any = html.P(words("picture_none"))
        about = [html.P(words(f"{name}_none"), className="caption")]
    else:
        shown = html.Img(src=picture.address, alt=words(f"{name}_shown"))
        about = _about(words, picture)
    paper = html.Div(html.Div(shown, className="paper-place", style=style), className="paper")
    return html.Div(
        [
            html.H3(words(name)),
            html.P(words(f"{name}_where"), className="caption"),
            paper,
            *about,
            *(_controls(words, name, has_one=picture is not None) if may else []),
        ],
        className="picture",
    )


def _about(words: Words, picture: PictureView) -> list[html.P]:
    size = max(1, round(picture.size_bytes / 1024))
    kind = _TITLES[picture.media_type]
    if picture.pixels is None or picture.dots_per_inch is None:
        return [html.P(words("picture_file", kind=kind, size=size), className="caption")]
    width, height = picture.pixels
    text = words("picture_pixels", kind=kind, size=size, width=width, height=height)
    coarse = picture.dots_per_inch < _DOTS_LEAST
    return [
        html.P(text, className="caption"),
        *([html.P(words("picture_coarse", dots=picture.dots_per_inch))] if coarse else []),
    ]


def _controls(words: Words, name: Name, *, has_one: bool) -> list[Any]:
    put = html.Button(words(f"{name}_again" if has_one else f"{name}_put"), type="button", className="button")
    upload = dcc.Upload(
        put,
        id={"upload": name},
        accept="image/png,image/jpeg,image/svg+xml,.png,.jpg,.jpeg,.svg",
        max_size=_SENT_MOST_BYTES,
        className="upload",
        className_active="upload active",
        style_active={},
    )
    off = [forms.button({"remove": name}, words(f"{name}_off"), emphasis="danger")] if has_one else []
    return [
        html.P(words("picture_hint"), className="caption"),
        parts.row(upload, *off),
        html.Div(id={"answer": f"picture-{name}"}, **POLITE),
    ]


def register_pictures(acts: Acts) -> None:
    """Register what puts a picture in its place, and what takes it away."""
    for name in _NAMES:
        _register(acts, name)


def _register(acts: Acts, name: Name) -> None:
    answer = Output({"answer": f"picture-{name}"}, "children")

    @acts.on(ADMINISTRATORS, answer, Input({"upload": name}, "contents"))
    def put(visit: Visit, contents: object) -> Any:  # noqa: ANN401 - Dash children
        if not contents:
            raise dash.exceptions.PreventUpdate
        return _set(visit, name, contents)

    @acts.on(
        ADMINISTRATORS,
        Output({"answer": f"picture-{name}"}, "children", allow_duplicate=True),
        Input({"remove": name}, "n_clicks"),
    )
    def remove(visit: Visit, presses: int | None) -> Any:  # noqa: ANN401 - Dash children
        if not presses:
            raise dash.exceptions.PreventUpdate
        return _set(visit, name, None)


def _set(visit: Visit, name: Name, contents: object) -> Any:  # noqa: ANN401 - Dash children
    words, found = visit.words, read_organisation(visit.lens)
    note = words(f"{name}_gone" if contents is None else f"{name}_note")
    content = b""
    try:
        content = b"" if contents is None else read_upload(contents)
        set_picture(visit.lens, found, name, None if contents is None else content, note)
    except InvalidRequest as error:
        return _refusal(words, error, content)
    except (Conflict, PreconditionFailed):
        return _alarm(words("picture_meanwhile"))
    except NotFound:
        return _alarm(words("picture_first"))
    pass_on(visit, "settings/organisation", "saved")
    return None


def _refusal(words: Words, error: InvalidRequest, content: bytes) -> html.P:
    if len(content) > PICTURE_MOST_BYTES:
        return _alarm(words("picture_large", size=round(len(content) / 1024)))
    message = error.problems[0].message if error.problems else error.message
    return _alarm(words("picture_wrong", message=message))


def _alarm(text: str) -> html.P:
    return html.P(text, className="notice alarm")
