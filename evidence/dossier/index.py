"""The index of a dossier: what there is, for a person, in French; a page that loads nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from evidence.dossier.container import Entry
from evidence.dossier.tables import table


@dataclass(frozen=True, slots=True)
class Row:
    """One file as the index shows it: under which heading, what it is, from when, how it stands.

    An entry without a path is of a file that is not in the dossier; `state` says why.
    """

    group: str
    label: str
    entry: Entry
    date: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands at the head of the index."""

    organisation: str
    title: str
    facts: Sequence[tuple[str, str]]


def write_csv(rows: Iterable[Row]) -> bytes:
    """Return `index.csv`."""
    heads = ("Concerne", "Pièce", "Fichier", "Date", "État", "Octets", "Empreinte SHA-256")
    return table(
        heads,
        ((row.group, row.label, row.entry.path, row.date, row.state, row.entry.size, row.entry.sha256) for row in rows),
    )


def write_html(cover: Cover, rows: Sequence[Row]) -> bytes:
    """Return `index.html`."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    facts = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in cover.facts
    )
    contents = "".join(f'<li><a href="#g{at}">{escape(name)}</a></li>' for at, name in enumerate(groups))
    sections = "".join(_section(at, name, found) for at, (name, found) in enumerate(groups.items()))
    return (
        f"{_HEAD}<title>{escape(cover.title)}</title></head><body><header><p>{escape(cover.organisation)}</p>"
        f"<h1>{escape(cover.title)}</h1></header><main><table>{facts}</table>{_HOW}"
        f'<nav aria-label="Sommaire"><h2>Sommaire</h2><ul>{contents}</ul></nav>{sections}</main></body></html>\n'
    ).encode()


_HEAD: Final = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><style>'
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "th,td{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    "th{background:#f2f2f2}code{font-size:.8em;overflow-wrap:anywhere}a{color:#0b4f9e}"
    "@media print{nav{display:none}a{color:inherit;text-decoration:none}}</style>"
)
_HOW: Final = (
    "<p>Chaque fichier est listé avec son empreinte dans <code>manifest.json</code>. Pour vérifier ce dossier sans "
    "réseau\u00a0: <code>assidu verify dossier.zip</code>. Le format est publié, pour que d’autres outils puissent le "
    "vérifier aussi.</p>"
)


def _section(number: int, name: str, rows: Iterable[Row]) -> str:
    body = "".join(
        f"<tr><td>{_label(row)}</td><td>{escape(row.date)}</td><td>{escape(row.state)}</td>"
        f"<td><code>{row.entry.sha256}</code></td></tr>"
        for row in rows
    )
    return (
        f'<section><h2 id="g{number}">{escape(name)}</h2><table><thead><tr><th scope="col">Pièce</th>'
        '<th scope="col">Date</th><th scope="col">État</th><th scope="col">Empreinte SHA-256</th></tr></thead>'
        f"<tbody>{body}</tbody></table></section>"
    )


def _label(row: Row) -> str:
    if not row.entry.path:
        return escape(row.label)
    return f'<a href="{escape(row.entry.path)}">{escape(row.label)}</a>'
