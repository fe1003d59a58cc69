"""The versions of a record: when each was recorded, by whom, what it changed and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from dashboards.accounts.desk import current_desk
from dashboards.frame import parts
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.days import iso
from dashboards.views.administration.organisation import VersionView
from dashboards.words import Texts
from lrs.errors import AssiduError

VERSION_TEXTS: Final[Texts] = {
    "version_number": ("Version", "Version"),
    "version_when": ("Enregistrée", "Recorded"),
    "version_who": ("Par", "By"),
    "version_what": ("Ce qui change", "What changes"),
    "version_why": ("Motif", "Why"),
    "version_deleted": ("supprimée", "deleted"),
    "version_api": ("accès API {name}", "API credential {name}"),
    "version_none": ("Aucune version.", "No version."),
    "version_command": ("une commande du serveur", "a command on the server"),
}
_ACCOUNT: Final = "account:"


def versions_of(visit: Visit, versions: Sequence[VersionView], say: Callable[[VersionView], str] | None = None) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Return them as a table, newest first; `say` tells what one holds, else the names of the members it changed."""
    words = visit.words
    columns = [
        parts.Column("when", words("version_when"), "instant"),
        parts.Column("who", words("version_who"), width=200),
        parts.Column("what", words("version_what"), width=320),
        parts.Column("why", words("version_why"), width=280),
    ]
    rows = [
        {
            "id": f"{at}",
            "when": iso(item.recorded_at),
            "who": who(visit, item.recorded_by),
            "what": words("version_deleted") if item.is_deleted else _what(visit, item, say),
            "why": item.note,
        }
        for at, item in enumerate(versions)
    ]
    return parts.table(words, "versions", columns, rows, empty=words("version_none"))


def who(visit: Visit, author: str) -> str:
    """Return what people call the author of a version: the account's name, else what kind of author it is."""
    if author.startswith(_ACCOUNT):
        try:
            return current_desk().administration.get(visit.lens.viewer, author.removeprefix(_ACCOUNT)).name
        except (AssiduError, LookupError, NotImplementedError):
            return author
    if author.startswith("credential "):
        return visit.words("version_api", name=author.removeprefix("credential "))
    return author


def _what(visit: Visit, item: VersionView, say: Callable[[VersionView], str] | None) -> str:
    if say is not None:
        return say(item)
    return ", ".join(_called(visit, name) for name in item.changed if name != "id")


def _called(visit: Visit, name: str) -> str:
    try:
        return visit.words(name)
    except KeyError:
        return name
