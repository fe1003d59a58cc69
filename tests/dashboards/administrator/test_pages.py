"""What the pages of administrators say, and to whom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dashboards.views.administration.health
from dashboards.frame.texts import FRAME_TEXTS
from dashboards.pages.administrator import PAGES
from dashboards.pages.administrator.form import Field, Form, number_of, require
from dashboards.pages.administrator.health_words import HEALTH_TEXTS
from dashboards.pages.administrator.rule_texts import RULE_TEXTS
from dashboards.pages.administrator.rule_values import value_text
from dashboards.pages.administrator.rule_words import SOURCES, TITLES
from dashboards.views.administration.rules import read_rules
from dashboards.words import Words
from evidence.seals import SealProblem
from lrs.errors import InvalidRequest
from tests.dashboards.administrator.conftest import LensOf
from training.access import STAFF, Role


def test_every_page_serves_staff_alone_and_most_the_administrator_alone() -> None:
    assert all(page.roles <= STAFF for page in PAGES)
    alone = {page.path for page in PAGES if page.roles == {Role.ADMINISTRATOR}}
    assert {"settings", "settings/people", "settings/credentials", "settings/retention"} <= alone


def test_every_finding_of_health_is_put_into_words_with_what_to_do() -> None:
    source = Path(dashboards.views.administration.health.__file__).read_text(encoding="utf-8")
    found = set(re.findall(r'Check\("(\w+)", "(\w+)", Level\.(\w+)', source))
    assert len(found) >= 20
    for part, finding, level in found:
        assert f"{part}_{finding}" in HEALTH_TEXTS, (part, finding)
        assert level == "GOOD" or f"{part}_{finding}_do" in HEALTH_TEXTS, (part, finding)
    for problem in SealProblem:
        assert f"seal_{problem.value}" in HEALTH_TEXTS
        assert f"seal_{problem.value}_do" in HEALTH_TEXTS


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_rule_has_a_name_a_source_and_a_value_in_words(lens_of: LensOf, language: str) -> None:
    words = Words(language, FRAME_TEXTS, RULE_TEXTS)  # type: ignore[arg-type]  # one of the two
    for rule in read_rules(lens_of()).rules:
        assert rule.name in TITLES, rule.name
        assert rule.name in SOURCES, rule.name
        assert value_text(words, rule.name, rule.value)
        assert [words(f"touch_{name}") for name in rule.touches]


def test_no_french_text_is_left_in_english_and_none_promises_anything() -> None:
    for page in PAGES:
        for key, (french, english) in page.texts.items():
            assert french.strip(), key
            assert english.strip(), key
            assert "conforme" not in french.lower(), key
            assert "compliant" not in english.lower(), key


def test_a_form_says_what_is_missing_beside_its_field() -> None:
    with pytest.raises(InvalidRequest) as refused:
        require({"name": " ", "flag": False, "given": "x"}, "name", "flag", "given")
    assert [problem.pointer for problem in refused.value.problems] == ["/name", "/flag"]
    with pytest.raises(InvalidRequest):
        number_of({"hours": "beaucoup"}, "hours")


def test_a_form_has_a_control_for_each_of_its_fields() -> None:
    form = Form("essai", ("name", "day"), ("sure",))
    drawn = str(
        form.draw(
            Words("fr", FRAME_TEXTS),
            [Field("name", "Nom"), Field("day", "Jour", "day"), Field("sure", "Certain", "flag")],
            "Envoyer",
        )
    )
    assert all(f"'field': '{name}'" in drawn for name in ("name", "day", "sure"))
