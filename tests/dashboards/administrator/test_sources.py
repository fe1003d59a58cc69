"""The pages of sources speak French, whatever a reader of files says in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import training.sources
from dashboards.pages.administrator.source_lines import (
    activities_of,
    activity_lines,
    column_lines,
    columns_of,
    value_lines,
    values_of,
)
from dashboards.pages.administrator.source_problems import line_words
from dashboards.words import Words
from training.sources.definition import parse_source

FOLDER = Path(str(training.sources.__file__)).parent
# What is said of a source's own definition stands beside its field, in the field's own words.
ELSEWHERE = {"definition.py", "store.py", "remote.py"}
GENERAL = "Ceci ne peut pas être pris."
_MESSAGE = re.compile(r"[A-Z].* .*[.:]$")


def messages() -> Iterator[str]:
    """Yield every sentence of the readers that is no docstring; what is put into one is a number."""
    for file in FOLDER.rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        told = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree) if file.name not in ELSEWHERE else ():
            text = ""
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                text = node.value
            elif isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
            if _MESSAGE.match(text) and "{" not in text:
                yield text


def test_every_problem_of_a_file_has_its_words_in_french():
    said = {text: line_words(Words("fr", {}), text) for text in messages()}
    assert len(said) > 80
    missing = sorted(text for text, french in said.items() if french == GENERAL)
    assert [text for text in missing if not text.startswith(("Something else", "This shows no presence"))] == []


def test_what_is_typed_is_what_is_kept_and_shown_again():
    columns, words = "account = N° carte\ntime = Passage", "direction : E = in\npresence : Là = PRESENT"
    activities = "Test 1 = https://lms.exemple.fr/1 ; 20 ; 0.5"
    typed = {"columns": columns, "values": words, "activities": activities}
    plain = {
        "kind": "badge", "title": "x", "columns": columns_of(typed), "values": values_of(typed),
        "activities": activities_of(typed),
    }  # fmt: skip

    source = parse_source("x", plain)

    assert (column_lines(source), value_lines(source), activity_lines(source)) == (columns, words, activities)
