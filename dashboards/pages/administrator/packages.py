"""Hosted courses.

An administrator decides here what learners may open, and sees whether a programme leads there: a part whose identifier
no programme has is opened by nobody from their page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, require, text_of
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.views.administration.packages import LinkView, PackageView, read_packages, retire_package, revoke_link
from dashboards.words import Words

_RETIRE: Final = Form("package-retire", ("package",), ("sure",))
_REVOKE: Final = Form("package-link-revoke", ("link",), ("sure_link",))
_KIB: Final = 1024
_MIB: Final = 1024 * 1024
_ADD: Final = "/dashboards/packages/new"
_TEXTS: Final = {
    **FORM_TEXTS,
    "title": ("Cours hébergés", "Hosted courses"),
    "lead": (
        "Les paquets SCORM et cmi5 que vos stagiaires ouvrent ici ; ce qu’ils y font devient des traces.",
        "SCORM and cmi5 packages that your learners open here; what they do there becomes statements.",
    ),
    "add": ("Ajouter un cours", "Add a course"),
    "none": ("Aucun cours n’est hébergé", "No course is hosted"),
    "none_hint": (
        "Exportez un cours de votre outil auteur en SCORM 1.2, SCORM 2004 ou cmi5, puis ajoutez-le.",
        "Export a course from your authoring tool as SCORM 1.2, SCORM 2004 or cmi5, then add it.",
    ),
    "unserved": ("Les cours ne peuvent pas être ouverts", "Courses cannot be opened"),
    "unserved_text": (
        "Ils sont servis depuis une adresse à part, qui n’est pas encore réglée : ASSIDU_CONTENT_URL.",
        "They are served from an address of their own, which is not set yet: ASSIDU_CONTENT_URL.",
    ),
    "added_done": ("Le cours est ajouté.", "The course is added."),
    "there_done": (
        "Ce cours était déjà là, à l’identique : rien n’a changé.",
        "This very course was here already: nothing has changed.",
    ),
    "retired_done": ("Le cours est retiré.", "The course is retired."),
    "offered": ("proposé", "offered"),
    "retired": ("retiré", "retired"),
    "edition": ("Format", "Format"),
    "version": ("Version", "Version"),
    "version_text": ("{number}, ajoutée le {when}", "{number}, added {when}"),
    "files": ("Fichiers", "Files"),
    "files_text": ("{count} ({size}\u00a0Mio)", "{count} ({size}\u00a0MiB)"),
    "files_small": ("{count} ({size}\u00a0Kio)", "{count} ({size}\u00a0KiB)"),
    "course": ("Identifiant du cours", "The course’s identifier"),
    "parts": ("Parties et identifiants", "Parts and identifiers"),
    "mapped": ("dans un programme", "in a programme"),
    "unmapped": ("dans aucun programme", "in no programme"),
    "unmapped_text": (
        "Donnez cet identifiant à l’activité d’un programme : elle s’ouvrira depuis la page du stagiaire.",
        "Give an activity of a programme this identifier: it will open from the learner’s page.",
    ),
    "links": ("Liens donnés", "Links given"),
    "links_none": ("Aucun lien en cours.", "No link at present."),
    "link_by": ("Donné par", "Given by"),
    "link_until": ("Jusqu’au", "Until"),
    "link_opened": ("Dernière ouverture :", "Last opened:"),
    "link_never": ("jamais", "never"),
    "link_active": ("valable", "valid"),
    "link_expired": ("échu", "ended"),
    "link_revoked": ("retiré", "revoked"),
    "link_done": ("Le lien est retiré : il n’ouvre plus rien.", "The link is revoked: it opens nothing any more."),
    "revoke": ("Retirer un lien", "Revoke a link"),
    "revoke_caption": (
        "Il n’ouvre plus rien, et ce que son cours envoie est refusé. Ce qui a été fait reste.",
        "It opens nothing any more, and what its course sends is refused. What was done stays.",
    ),
    "revoke_which": ("Lien", "Link"),
    "revoke_option": ("{course}, pour {learner}, jusqu’au {until}", "{course}, for {learner}, until {until}"),
    "revoke_sure": ("Je veux retirer ce lien", "I want to revoke this link"),
    "revoke_do": ("Retirer le lien", "Revoke the link"),
    "retire": ("Retirer un cours", "Retire a course"),
    "retire_caption": (
        "Personne ne le commence plus ; les liens déjà donnés restent valables. L’ajouter le propose de nouveau.",
        "Nobody begins it any more; links that were given go on until their end. Adding it again offers it again.",
    ),
    "retire_which": ("Cours", "Course"),
    "retire_sure": ("Je veux retirer ce cours", "I want to retire this course"),
    "retire_do": ("Retirer le cours", "Retire the course"),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, found = visit.words, read_packages(visit.lens)
    # A page outside the application: the browser goes there by itself.
    add = html.A(words("add"), href=_ADD, className="button", target="_self")
    drawn: list[Any] = [*passed_on(visit), parts.heading(words("title"), words("lead"), add)]
    if not found.is_served:
        drawn.append(parts.notice(words("unserved"), words("unserved_text"), tone="warning"))
    if not found.packages:
        drawn.append(parts.nothing(words("none"), words("none_hint")))
    drawn += [_card(words, view) for view in found.packages]
    offered = [view.package for view in found.packages if view.package.retired is None]
    if offered:
        options = [(package.id, package.title) for package in offered]
        which = Field("package", words("retire_which"), "choice", options=options, is_required=True)
        sure = Field("sure", words("retire_sure"), "flag")
        form = _RETIRE.draw(words, [which, sure], words("retire_do"), emphasis="danger")
        drawn.append(parts.card(words("retire"), form, caption=words("retire_caption")))
    live = _live(words, found.packages)
    if live:
        which = Field("link", words("revoke_which"), "choice", options=live, is_required=True)
        sure = Field("sure_link", words("revoke_sure"), "flag")
        form = _REVOKE.draw(words, [which, sure], words("revoke_do"), emphasis="danger")
        drawn.append(parts.card(words("revoke"), form, caption=words("revoke_caption")))
    return drawn


def _files(words: Words, count: int, size_bytes: int) -> str:
    """Say how many files there are and how large they are together, in a unit in which that is some number."""
    number = formats.number(count, words.language)
    if size_bytes < _MIB:
        return words("files_small", count=number, size=formats.number(-(-size_bytes // _KIB), words.language))
    size = f"{size_bytes / _MIB:.1f}".replace(".", "," if words.language == "fr" else ".")
    return words("files_text", count=number, size=size)


def _live(words: Words, packages: Sequence[PackageView]) -> list[tuple[str, str]]:
    """Return the links that can be revoked, by what they are chosen by."""
    return [
        (
            f"{view.package.id}/{link.id}",
            words(
                "revoke_option", course=view.package.title, learner=link.learner,
                until=formats.moment_of(link.expires, words.language),
            ),
        )
        for view in packages
        for link in view.links
        if link.state == "active"
    ]  # fmt: skip


def _links(words: Words, view: PackageView) -> Any:  # noqa: ANN401 - what Dash takes as children
    if not view.links:
        return html.P(words("links_none"), className="caption")

    def line(link: LinkView) -> html.Li:
        language = words.language
        opened = words("link_never") if link.opened is None else formats.moment_of(link.opened, language)
        said = [
            f"{words('link_until')} {formats.moment_of(link.expires, language)}",
            f"{words('link_opened')} {opened}",
            *([f"{words('link_by')} {link.by}"] if link.by else []),
        ]
        state = parts.badge(words(f"link_{link.state}"), "good" if link.state == "active" else "plain")
        return html.Li([link.learner, " ", state, html.Br(), html.Span(" · ".join(said), className="caption")])

    return html.Ul([line(link) for link in view.links])


def _card(words: Words, view: PackageView) -> html.Section:
    package, version, language = view.package, view.version, words.language
    is_offered = package.retired is None
    state = parts.badge(words("offered" if is_offered else "retired"), "good" if is_offered else "plain")
    when = formats.moment_of(version.added, language)
    facts = parts.facts(
        (words("edition"), version.manifest.format),
        (words("version"), words("version_text", number=version.number, when=when)),
        (words("files"), _files(words, len(version.files), version.size)),
        (words("course"), html.Code(package.activity)),
    )
    lines = [
        html.Li([title, " ", _mapped(words, is_mapped=is_mapped), html.Br(), html.Code(iri)])
        for title, iri, is_mapped in view.parts
    ]
    inside: list[Any] = [facts]
    if lines:
        inside.append(parts.more(words("parts"), html.Ul(lines)))
    inside.append(parts.more(words("links"), _links(words, view)))
    if is_offered and not any(is_mapped for _, _, is_mapped in view.parts):
        inside.append(html.P(words("unmapped_text"), className="caption"))
    return parts.card(package.title, inside, tools=state)


def _mapped(words: Words, *, is_mapped: bool) -> html.Span:
    return parts.badge(words("mapped"), "good") if is_mapped else parts.badge(words("unmapped"), "warning")


def register(acts: Acts) -> None:
    """Register what the page can do."""

    @_RETIRE.on(acts, ADMINISTRATORS)
    def retire(visit: Visit, values: Values) -> None:
        require(values, "package", "sure")
        retire_package(visit.lens, text_of(values, "package"))
        pass_on(visit, "settings/packages", "retired_done")

    @_REVOKE.on(acts, ADMINISTRATORS)
    def revoke(visit: Visit, values: Values) -> None:
        require(values, "link", "sure_link")
        package, _, link = text_of(values, "link").partition("/")
        revoke_link(visit.lens, package, link)
        pass_on(visit, "settings/packages", "link_done")


PAGE: Final = Page(
    name="administrator.packages",
    path="settings/packages",
    roles=ADMINISTRATORS,
    title=("Cours hébergés", "Hosted courses"),
    draw=draw,
    menu=("Cours hébergés", "Hosted courses"),
    icon="book",
    acts=register,
    texts=_TEXTS,
)
