"""Untrusted text on a page: never markup, never lost, never in the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import reduce
from importlib.resources import files

import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evidence.content import DocumentType
from evidence.content.samples import FRAME, PROVIDER, SAMPLES, TRAINEE
from evidence.layout import Layout
from evidence.layout.characters import LONG_WORD, Typesetter, covered

HOSTILE = (
    '#read("/etc/passwd")',
    "*gras* _italique_ $x^2$ `code` <label> @renvoi = Titre",
    "// commentaire \\ /* autre */",
    '"); #panic("dehors") //',
    "#set page(width: 1cm)",
    "]} #{ [",
    "{{ jinja }} ${shell} <script>alert(1)</script>",
    "- liste + autre / terme: définition",
)


def letter(layout: Layout, name: str) -> bytes:
    content = SAMPLES[DocumentType.ATTENT]
    trainee = replace(TRAINEE, last_name=name, first_name="", civility="", employer=name)
    return layout.render(replace(content, trainee=trainee), FRAME, b"{}")


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_is_printed_as_it_was_typed(layout: Layout, text_of: Callable[[bytes], str], text: str):
    assert text in text_of(letter(layout, text))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Léa 😀", "Léa [U+1F600]"),
        ("محمد", "[U+0645][U+062D][U+0645][U+062F]"),
        ("abc\u202edef", "abc[U+202E]def"),
        ("a\x07b\x1bc\x7f", "a[U+0007]b[U+001B]c[U+007F]"),
        ("李", "[U+674E]"),
        ("a\ud800b", "a[U+D800]b"),
        ("\U0010ffff", "[U+10FFFF]"),
    ],
)
def test_what_the_font_lacks_is_written_by_its_code_and_explained(
    layout: Layout, text_of: Callable[[bytes], str], typed: str, printed: str
):
    text = text_of(letter(layout, typed))

    assert printed in text
    assert "sont écrits par leur code Unicode" in text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Le\u0301a", "Léa"),
        ("a\tb\nc\r\nd\u2028e\u2003f", "a b c  d e f"),
        ("Mar\u00adtin\u200b\ufeff", "Martin"),
        ("Nguyễn Ó Súilleabháin Đorđević Łukasz Χρήστος Иван", "Nguyễn Ó Súilleabháin Đorđević Łukasz Χρήστος Иван"),
    ],
)
def test_text_is_composed_and_what_nobody_sees_is_left_out(typed: str, printed: str):
    typesetter = Typesetter()

    assert typesetter.text(typed) == printed
    assert not typesetter.has_codes


def test_a_word_that_fits_no_column_may_be_broken(layout: Layout, text_of: Callable[[bytes], str]):
    word = "x" * 300

    assert word in text_of(letter(layout, word)).replace(" ", "")
    assert max(map(len, Typesetter().text(word).split("\u200b"))) == LONG_WORD


def test_no_explanation_stands_where_there_is_nothing_to_explain(layout: Layout, text_of: Callable[[bytes], str]):
    assert "code Unicode" not in text_of(letter(layout, "Martin"))


@given(st.text(max_size=60))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_printed(layout: Layout, text: str):
    provider = replace(PROVIDER, legal_name=text or "-", trade_name=text, address=(text,))
    content = replace(SAMPLES[DocumentType.RELCOMP], trainee=replace(TRAINEE, last_name=text, employer=text))

    assert layout.render(content, replace(FRAME, provider=provider, number=text), b"{}").startswith(b"%PDF")


@given(st.text(max_size=200))
def test_every_character_left_is_one_that_the_fonts_have(text: str):
    assert all(ord(character) in covered() or character == "\u200b" for character in Typesetter().text(text))


def test_what_is_said_of_the_fonts_is_so():
    folder = files("evidence.layout").joinpath("fonts")
    fonts = [TTFont(str(path)) for path in folder.iterdir() if path.name.endswith(".ttf")]
    have = reduce(set.intersection, (set(font.getBestCmap()) for font in fonts))

    assert len(fonts) == 3
    assert covered() <= have
    assert {0x20, 0xA0, 0x202F, 0x2019, 0x2011, 0x2610, 0x2611, ord("é"), ord("Œ"), ord("«")} <= covered()
    assert json.loads(folder.joinpath("coverage.json").read_text()) == [
        [first, last] for first, last in _runs(sorted(covered()))
    ]


def _runs(codes: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for code in codes:
        if runs and runs[-1][1] == code - 1:
            runs[-1] = (runs[-1][0], code)
        else:
            runs.append((code, code))
    return runs
