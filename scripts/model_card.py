"""Write the table of features into docs/model-card.md, from their registry; with --check only say whether it is so."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[1]
CARD: Final = _ROOT / "docs" / "model-card.md"
REGISTRY: Final = _ROOT / "analytics" / "risk" / "features" / "registry.json"
BEGIN, END = "<!-- features: begin (scripts/model_card.py) -->", "<!-- features: end -->"
_UNITS: Final = {
    "days": "jours", "rank": "rang, 0 à 1", "share": "part, 0 à 1", "count": "nombre", "flag": "0 ou 1",
    "hours": "heures", "number": "nombre", "points": "points, 0 à 1", "log": "logarithme",
}  # fmt: skip
_SOURCES: Final = {
    "days of work (kept facts)": "jours de travail (faits)",
    "judgements of activities (kept facts)": "réussites et échecs (faits)",
    "half-day slots and marks (kept facts)": "demi-journées et présences (faits)",
    "log of assistance (kept facts)": "journal d’assistance (faits)",
    "records: individual calendar": "calendrier individuel",
    "records: programme": "programme",
    "records: session, enrolment, contracts": "session, inscription, contrats",
    "records: other enrolments of the same person": "autres inscriptions de la personne",
    "records: enrolments of the session": "inscriptions de la session",
    "statement of registration": "trace d’inscription",
}
_DIRECTIONS: Final = {"higher": "↑", "lower": "↓", "none": "–", "either": "–"}


def features_section(registry: dict[str, Any]) -> str:
    """Return the tables of features as the card has them: one for each family, in the registry's order."""
    lines = [f"Registre version {registry['version']} : {len(registry['features'])} caractéristiques.", ""]
    for family in registry["families"]:
        mine = [item for item in registry["features"] if item["family"] == family["id"]]
        if not mine:
            continue
        lines += [f"### {family['title']['fr']}", ""]
        lines += ["| Caractéristique | Ce qu’elle dit | Unité | Sens | Source |", "| --- | --- | --- | --- | --- |"]
        lines += [_row(item) for item in mine]
        remedy = family.get("remedy")
        lines += ["", f"Ce qui la changerait : {remedy}" if remedy else "Personne ne peut la changer.", ""]
    lines.append(
        "Jamais retenus, ni ce qui en tiendrait lieu (vérifié par un test sur chaque nom) : " + _forbidden(registry)
    )
    return "\n".join(lines)


def with_features(card: str, registry: dict[str, Any]) -> str:
    """Return the card with its section of features as the registry has them now."""
    before, rest = card.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{features_section(registry)}\n\n{END}{after}"


def _row(item: dict[str, Any]) -> str:
    unit = _UNITS.get(item["unit"], item["unit"])
    direction = _DIRECTIONS.get(item["direction"], item["direction"])
    cells = (
        f"`{item['id']}`",
        item["meaning"]["fr"],
        unit,
        direction,
        ", ".join(_SOURCES.get(one, one) for one in item["source"]),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _forbidden(registry: dict[str, Any]) -> str:
    return ", ".join(f"`{name}`" for name in registry["forbidden"]) + "."


def main() -> int:
    """Write the card, or with --check say by the exit status whether it is up to date."""
    card, registry = CARD.read_text("utf-8"), json.loads(REGISTRY.read_text("utf-8"))
    wanted = with_features(card, registry)
    if "--check" not in sys.argv[1:]:
        CARD.write_text(wanted, "utf-8")
        return 0
    if card != wanted:
        sys.stderr.write("docs/model-card.md is behind the registry: run scripts/model_card.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
