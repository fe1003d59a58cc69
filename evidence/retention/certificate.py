"""The certificate of destruction: what was destroyed, how much, by which digests, on what ground, on whose word. Pure.

One HTML file that opens anywhere, is printed as it stands, and carries all of it as JSON for programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final

import orjson

from lrs.clock import Micros, to_datetime, to_text
from training.law.provisions import Provision

FORMAT: Final = "assidu-destruction/1"
_STATUS: Final = {
    "verified": "vérifié",
    "design": "choix de conception",
    "recalled": "à vérifier",
    "override": "décision de l’organisme",
}
_STARTS: Final = {
    "training_end": "fin de la formation",
    "end_of_year_of_training_end": "fin de l’année où la formation s’achève",
    "recorded": "enregistrement",
}
_INTRODUCTION: Final = (
    "<p>Les éléments ci-dessous ont atteint le terme de leur durée de conservation. Leur contenu a été "
    "détruit\u202f; leurs empreintes restent, pour que l’on puisse dire de quoi il s’agissait sans pouvoir le lire.</p>"
)


@dataclass(frozen=True, slots=True)
class ErasedSlice:
    """The statements of one erasure of a run: `digest` is the SHA-256 of their leaves, in order of position."""

    erasure_id: str
    statements: int
    first_position: int
    last_position: int
    leaves_sha256: str
    deletion_statements: tuple[str, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "erasure": self.erasure_id,
            "statements": self.statements,
            "first_position": self.first_position,
            "last_position": self.last_position,
            "leaves_sha256": self.leaves_sha256,
            "deletion_statements": list(self.deletion_statements),
        }


@dataclass(frozen=True, slots=True)
class Destruction:
    """Everything that a certificate says. `files` have `sha256`, `kind`, `size`, `class`, `until`, `about`."""

    run_id: str
    organisation: str
    by: str
    reason: str
    on: date
    begun_at: Micros
    finished_at: Micros
    provisions: tuple[Provision, ...]
    files: tuple[Mapping[str, Any], ...]
    slices: tuple[ErasedSlice, ...]

    @property
    def statements(self) -> int:
        """How many statements were erased."""
        return sum(item.statements for item in self.slices)

    def to_plain(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "format": FORMAT,
            "run": self.run_id,
            "organisation": self.organisation,
            "by": self.by,
            "reason": self.reason,
            "on": self.on.isoformat(),
            "begun_at": to_text(self.begun_at),
            "finished_at": to_text(self.finished_at),
            "provisions": [_provision(item) for item in self.provisions],
            "files": [dict(item) for item in self.files],
            "statements": self.statements,
            "erasures": [item.to_plain() for item in self.slices],
        }


def write_certificate(destruction: Destruction) -> bytes:
    """Return the certificate: the same for the same destruction."""
    data = orjson.dumps(destruction.to_plain(), option=orjson.OPT_SORT_KEYS).decode()
    # A closing tag in a text would end the script: JSON may write the slash escaped.
    embedded = data.replace("</", "<\\/")
    finished = to_datetime(destruction.finished_at)
    facts = {
        "Organisme": destruction.organisation,
        "Opération": destruction.run_id,
        "Demandée par": destruction.by,
        "Motif": destruction.reason,
        "Durées appliquées au": f"{destruction.on:%d/%m/%Y}",
        "Achevée le": f"{finished:%d/%m/%Y à %H:%M:%S} UTC",
        "Fichiers détruits": str(len(destruction.files)),
        "Traces effacées": str(destruction.statements),
    }
    sections = (
        _HEAD,
        "<h1>Certificat de destruction</h1>",
        _INTRODUCTION,
        _table((), facts.items()),
        "<h2>Durées de conservation</h2>",
        _table(("Règle", "Mois", "Comptés depuis", "Source", "État"), map(_provision_cells, destruction.provisions)),
        "<h2>Fichiers</h2>",
        _files(destruction.files),
        "<h2>Traces</h2>",
        _slices(destruction.slices),
        f'<script type="application/json" id="destruction">{embedded}</script></body></html>\n',
    )
    return "".join(sections).encode()


def _files(files: Iterable[Mapping[str, Any]]) -> str:
    rows = [(item["sha256"], item["kind"], item["size"], item["until"]) for item in files]
    heads = ("Empreinte SHA-256", "Nature", "Octets", "À garder jusqu’au")
    return _table(heads, rows) if rows else "<p>Aucun.</p>"


def _slices(slices: Iterable[ErasedSlice]) -> str:
    rows = [
        (item.erasure_id, item.statements, f"{item.first_position} à {item.last_position}", item.leaves_sha256)
        for item in slices
    ]
    heads = ("Effacement", "Traces", "Positions au registre", "Empreinte SHA-256 des feuilles")
    return _table(heads, rows) if rows else "<p>Aucune.</p>"


_HEAD: Final = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Certificat de destruction</title><style>'
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{border:1px solid #bbb;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f2f2f2}"
    "</style></head><body>"
)


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table; without heads at the top the first cell of each row is its head."""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = []
    for row in rows:
        first, *others = (escape(str(cell)) for cell in row)
        opening = f"<td>{first}</td>" if top else f'<th scope="row">{first}</th>'
        body.append(f"<tr>{opening}" + "".join(f"<td>{cell}</td>" for cell in others) + "</tr>")
    return f"<table>{f'<tr>{top}</tr>' if top else ''}{''.join(body)}</table>"


def _provision(item: Provision) -> dict[str, Any]:
    return {
        "name": item.name,
        "value": item.value,
        "effective_from": item.effective_from.isoformat(),
        "reference": item.reference,
        "status": item.status,
    }


def _provision_cells(item: Provision) -> tuple[object, ...]:
    start = _STARTS[item.value["from"]]
    return item.name, item.value["months"], start, item.reference, _STATUS.get(item.status, item.status)
