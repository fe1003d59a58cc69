"""What cells and figures say, in the language of the reader; the grid in the browser says the same."""

from __future__ import annotations

import json

import pytest

from analytics.rates import Figure
from analytics.rates.formulas import formulas
from dashboards.frame import charts, writing
from dashboards.frame.figures import count_text
from dashboards.frame.formulas import _FRENCH, explain
from dashboards.frame.texts import FRAME_TEXTS
from dashboards.words import Words

CELLS = (
    ("text", "Été"), ("text", ""), ("text", None), ("text", True),
    ("number", 0), ("number", 1234567), ("number", -1234), ("number", 12.5), ("number", 1234.25), ("number", -0.5),
    ("percent", 0), ("percent", 66), ("percent", 99.9), ("percent", None),
    ("hours", 0), ("hours", 59), ("hours", 1500), ("hours", 12_600), ("hours", 7200),
    ("hours", 4_000_000), ("hours", -5400),
    ("day", "2026-01-05"), ("day", "2026-12-31"),
    ("instant", "2026-01-05T08:05:00+00:00"), ("instant", "2026-07-31T22:30:00+00:00"),
    ("instant", "2026-01-05T08:05:00.123456Z"),
    ("link", "[Été \\[1\\]](/dashboards/x)"), ("link", "sans adresse"),
    ("badge", "good:à jour"), ("badge", "autre : chose"),
)  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_grid_writes_each_cell_as_the_list_beside_it_does(open_as, language):
    page = open_as("manager", f"gallery?lang={language}").page
    assert page.locator("html").get_attribute("lang") == language

    shown = page.evaluate(
        "(cells) => cells.map(([kind, value]) => dashAgGridFunctions['assiduShown_' + kind]({value}))",
        [list(cell) for cell in CELLS],
    )

    assert dict(zip(map(json.dumps, CELLS), shown, strict=True)) == {
        json.dumps((kind, value)): writing.cell(value, kind, language) for kind, value in CELLS
    }


@pytest.mark.parametrize("value", ["[x](javascript:alert)", "[x](//ailleurs.example)", "[x](data:text/html,x)"])
def test_a_cell_leads_to_pages_alone(value):
    assert writing.split_link(value) == ("x", "")


def test_every_formula_is_told_in_both_languages():
    assert _FRENCH.keys() <= formulas().keys()
    for name in formulas():
        french, english = explain(name, "fr"), explain(name, "en")
        assert french.title != english.title or name == "progression"
        assert french.numerator != english.numerator, f"{name} has no French words"


@pytest.mark.parametrize(
    ("unit", "text"), [("second", "1\xa0h sur 2\xa0h"), ("activity", "3600 sur 7\u202f200\xa0activités"), ("row", "x")]
)
def test_a_rate_stands_beside_its_count(unit, text):
    figure = Figure("completion_rate", "1", 3600, 7200, unit, 0, "2026.1")

    said = count_text(Words("fr", FRAME_TEXTS), figure)

    assert said == {"row": "3\u202f600 sur 7\u202f200", "activity": text.replace("3600", "3\u202f600")}.get(unit, text)


def test_every_text_is_in_two_languages_and_takes_the_same_values():
    import string

    for key, (french, english) in FRAME_TEXTS.items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (french, english)]
        assert french, key
        assert english, key
        assert fields[0] == fields[1], key


@pytest.mark.parametrize("card", ["#ffffff", "#1a1f2a"])
def test_the_colours_of_series_are_seen_on_light_and_on_dark(card):
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for name, colour in charts.COLOURS.items():
        low, high = sorted((light(card), light(colour)))
        assert (high + 0.05) / (low + 0.05) >= 3, (name, card)
