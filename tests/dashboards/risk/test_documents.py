"""The model card says what the registry of features says; the card and the impact assessment say what is promised."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
CARD = (ROOT / "docs" / "model-card.md").read_text("utf-8")
DPIA = (ROOT / "docs" / "dpia.md").read_text("utf-8")
REGISTRY = json.loads((ROOT / "analytics" / "risk" / "features" / "registry.json").read_text("utf-8"))


def test_the_model_card_has_the_features_of_the_registry():
    check = subprocess.run(
        [sys.executable, "scripts/model_card.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert check.returncode == 0, check.stderr


def test_every_feature_and_everything_forbidden_is_named_on_the_card():
    missing = [item["id"] for item in REGISTRY["features"] if f"`{item['id']}`" not in CARD]

    assert missing == []
    assert [name for name in REGISTRY["forbidden"] if f"`{name}`" not in CARD] == []


def test_the_card_copies_no_source_or_unit_in_english():
    section = CARD.partition("<!-- features: begin")[2].partition("<!-- features: end")[0]

    assert "(kept facts)" not in section
    assert not any(f"| {unit} |" in section for unit in ("days", "hours", "count", "flag", "share", "rank", "points"))


def test_the_documents_say_who_decides_how_to_object_and_that_prospects_are_not_scored():
    for text in (CARD, DPIA):
        wanted = (
            "prospect" if text is CARD else "candidats",
            "settings/estimates",
            "me/estimate",
            "dropout-evaluation.md",
        )
        assert [word for word in wanted if word not in text] == []


def test_what_the_assessment_leaves_to_the_organisation_is_marked():
    assert DPIA.count("[") > 30
    for heading in ("Description", "Nécessité", "Droits", "Risques", "Sécurité", "Plan d’action"):
        assert heading in DPIA
