"""What the registry says of each feature."""

from __future__ import annotations

import re
from itertools import product

import pytest

from analytics.risk.features import LackReason, feature_table
from analytics.risk.features.registry import Unit, load_registry, told

REGISTRY = load_registry()


def test_every_column_of_the_table_is_in_the_registry_in_its_order_and_nothing_else_is() -> None:
    assert feature_table([], 0).names == tuple(REGISTRY.features)


def test_every_feature_has_a_family_and_every_family_a_feature() -> None:
    assert {feature.family for feature in REGISTRY.features.values()} == set(REGISTRY.families)


def test_every_lack_has_its_sentence_in_both_languages() -> None:
    assert set(REGISTRY.lacks) == set(LackReason)
    assert all(set(texts) == {"fr", "en"} for texts in REGISTRY.lacks.values())


@pytest.mark.parametrize("feature", REGISTRY.features.values(), ids=lambda feature: feature.id)
def test_no_feature_is_a_protected_attribute_or_stands_for_one(feature) -> None:
    words = set(re.split(r"[^a-z]+", f"{feature.id} {feature.meaning['en']} {' '.join(feature.source)}".lower()))
    assert not words & set(REGISTRY.forbidden)


def test_what_is_forbidden_names_what_the_law_protects() -> None:
    assert {"sex", "age", "disability", "region", "imd", "education", "nationality", "language", "name"} <= set(
        REGISTRY.forbidden
    )


@pytest.mark.parametrize("feature", REGISTRY.features.values(), ids=lambda feature: feature.id)
def test_every_feature_can_be_told_in_french_with_its_typography(feature) -> None:
    for value, usual in product([0.0, 1.0, 16.0], [None, 0.4, 2.0]):
        sentence = feature.sentence(value, usual)

        assert sentence.endswith(".")
        assert not sentence[0].islower()
        assert "{" not in sentence
        assert not re.search(r"[^\u202f][;!?%]|[^\u00a0]:", sentence)


def test_texts_of_the_registry_keep_to_french_typography() -> None:
    texts = [text for family in REGISTRY.families.values() for text in (family.title["fr"], family.remedy or "")]
    texts += [feature.meaning["fr"] for feature in REGISTRY.features.values()]
    texts += [lack["fr"] for lack in REGISTRY.lacks.values()]
    for text in texts:
        assert not re.search(r"[^\u202f][;!?%]|[^\u00a0]:|'", text), text


def test_values_are_told_with_their_unit() -> None:
    assert told(Unit.DAYS, 1.2) == "1\u202fjour"
    assert told(Unit.DAYS, 16) == "16\u202fjours"
    assert told(Unit.SHARE, 0.425) == "42\u202f%"
    assert told(Unit.HOURS, 12.5) == "12,5\u202fh"
    assert told(Unit.COUNT, 3.0) == "3"
