"""Numbers, dates and names as a French or an English reader expects them."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards import formats
from dashboards.live.words import _TEXTS, Words
from dashboards.verbs import FRENCH_VERBS, activity_name, verb_name

NOON = datetime(2026, 7, 14, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (12345, "12\u202f345", "12,345"),
        (1234567, "1\u202f234\u202f567", "1,234,567"),
    ],
)
def test_thousands_are_set_apart_as_each_language_does(value, french, english):
    assert formats.number(value, "fr") == french
    assert formats.number(value, "en") == english


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (0, "à l’instant", "just now"),
        (59, "il y a 59\u00a0s", "59\u00a0s ago"),
        (180, "il y a 3\u00a0min", "3\u00a0min ago"),
        (7_300, "il y a 2\u00a0h", "2\u00a0h ago"),
        (86_400, "il y a 1\u00a0jour", "1\u00a0day ago"),
        (864_000, "il y a 10\u00a0jours", "10\u00a0days ago"),
        (-5, "à l’instant", "just now"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit(seconds, french, english):
    then = NOON - timedelta(seconds=seconds)
    assert formats.ago(then, NOON, "fr") == french
    assert formats.ago(then, NOON, "en") == english


def test_dates_are_those_of_paris():
    assert formats.day(date(2026, 7, 1), "fr") == "mercredi 1er juillet 2026"
    assert formats.short_day(date(2026, 7, 14), "fr") == "14 juillet 2026"
    assert formats.moment(NOON, "fr") == "14/07/2026 12:00:00"
    assert formats.moment(NOON, "en") == "14 Jul 2026 12:00:00"


def test_every_text_has_both_languages_with_the_same_values():
    for key, (french, english) in _TEXTS.items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (french, english)]
        assert french, key
        assert english, key
        assert fields[0] == fields[1], key


def test_french_punctuation_is_never_at_the_start_of_a_line():
    for key in _TEXTS:
        names = {name for _, name, _, _ in string.Formatter().parse(_TEXTS[key][0]) if name}
        text = Words("fr")(key, **dict.fromkeys(names, "x"))
        assert not any(f" {mark}" in text for mark in ";:!?»%"), key
        assert "'" not in text, key


def test_a_verb_is_called_as_its_sender_does_in_the_readers_language_else_as_we_do():
    completed = "http://adlnet.gov/expapi/verbs/completed"
    assert verb_name(completed, {"fr": "a fini"}, "fr") == "a fini"
    assert verb_name(completed, {"en-US": "completed"}, "fr") == "a terminé"
    assert verb_name(completed, {"en-US": "completed"}, "en") == "completed"
    assert verb_name(completed, {}, "en") == "completed"
    assert verb_name("https://exemple.fr/verbes/frobnicated", {"es": "frobnicado"}, "fr") == "frobnicado"
    assert verb_name("https://exemple.fr/verbes/frobnicated", {}, "fr") == "frobnicated"
    assert all(name == name.lower() for name in FRENCH_VERBS)


def test_an_activity_without_a_name_is_called_by_the_end_of_its_address():
    assert activity_name("https://lms.example/cours/s%C3%A9curit%C3%A9/", {}, "fr") == "sécurité"
    assert activity_name("urn:uuid:1234", {}, "fr") == "1234"
    assert activity_name("https://lms.example", {}, "fr") == "lms.example"
