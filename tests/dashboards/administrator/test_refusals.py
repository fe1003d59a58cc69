"""What is wrong with a statement is said in French, whatever the record store has to say of it."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from dashboards.pages.administrator.refusals import refusal_words
from dashboards.words import Words
from lrs.errors import InvalidRequest, Problem
from lrs.statements import explain
from lrs.statements.parse import parse_statements
from lrs.statements.rules import statement_problems
from lrs.versions import Version


def own_messages() -> set[str]:
    """What the schemas say of their own, and what is said of a keyword that says nothing."""
    texts = [file.read_text() for file in files("schemas.xapi").iterdir() if file.name.endswith(".json")]
    found = {message for text in texts for message in re.findall(r'"x-message":\s*("(?:[^"\\]|\\.)*")', text)}
    return {json.loads(message) for message in found} | set(explain._MESSAGES.values())


def test_every_message_of_the_schemas_has_french_words():
    assert [message for message in own_messages() if refusal_words(Words("fr"), message) == message] == []


def problems_of(body: bytes) -> list[Problem]:
    try:
        texts = parse_statements(body, statement_bytes=100_000)
    except InvalidRequest as refusal:
        return list(refusal.problems)
    found = [problem for text in texts for problem in statement_problems(text.value, Version.V1_0_3, text.base)]
    assert found
    return found


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1]",
        b'{"actor": 1}',
        b'[{"actor":{"mbox":"nope"},"verb":{"id":"x"},"object":{"id":"http://x"}}]',
        b'[{"Actor":{},"verb":{"id":"http://x/v"},"object":{"id":"http://x"},"whatever":1}]',
        b'[{"actor":{"mbox":"mailto:a@b.fr"},"verb":{"id":"http://x/v"},"object":{"id":"http://x"},"timestamp":"30"}]',
        b'[{"actor":{"mbox":"mailto:a@b.fr"},"verb":null,"object":{"id":"http://x"}}]',
    ],
)
def test_no_word_of_a_refusal_is_left_in_english(body: bytes):
    for problem in problems_of(body):
        assert refusal_words(Words("fr"), problem.message) != problem.message, problem.message


def test_who_reads_english_is_told_what_the_sender_is_told():
    assert refusal_words(Words("en"), "actor is missing.") == "actor is missing."
