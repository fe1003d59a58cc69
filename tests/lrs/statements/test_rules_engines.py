"""The engine that decides and the engine that explains agree, and nothing makes either raise."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.statements.explain import explain
from lrs.statements.keywords import matches
from lrs.statements.rules import activity_problems, agent_problems, authority_problems, statement_problems
from lrs.versions import Version
from schemas import loader

DATATYPES = "https://assidu.example/schemas/xapi/datatypes.json"
FORMATS = sorted(name for name, rule in loader.documents()[DATATYPES]["$defs"].items() if "pattern" in rule)
CHECKS = (statement_problems, agent_problems, authority_problems, activity_problems)

# Texts of each format, and what may follow them rightly or wrongly.
STARTS = [
    "https://example.org/cours", "https://", "urn:a", "mailto:lea@example.org", "mailto:", "a" * 40, "0" * 64,
    "12345678-1234-4234-8234-123456789012", "fr", "fr-FR", "2026-01-05T08:00:00Z", "2026-01-05T08:00:00", "20260105T08",
    "PT1H", "P1Y", "PT1", "application/pdf", "a/b", "1.0", "2.0.1",
]  # fmt: skip
PIECES = ["\n", " ", "%", "%4a", "%4", "é", "٣", "-", "\x00", "\x85", "\u2028", "\ufeff", "K", "ſ", "İ", "\U0001f600",
          "\ue000", "\ufdd0", "#", "?", "/", "[", "]", "@", ":", ".", ".5", ",5", "+01:00", "-00:00", "Z", "S", "M",
          "W", "-fr", "-a-bb", "-x-y", "; ", "a=b", '"', "\\", "-1", "0", "\t", "\r", "$", "^"]  # fmt: skip

versions = st.sampled_from(list(Version))
words = st.sampled_from(
    ["id", "actor", "verb", "object", "objectType", "mbox", "member", "Agent", "Group", "Activity", "SubStatement",
     "StatementRef", "mailto:a@b.fr", "https://a.fr/b", "definition", "interactionType", "choices", "account", "fr"]
)  # fmt: skip
texts = st.one_of(words, st.text(max_size=12), st.text(st.characters(codec=None), max_size=3))
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(min_value=2**64), st.floats(), texts, st.just(-(10**400))
)
values = st.recursive(
    leaves, lambda each: st.lists(each, max_size=4) | st.dictionaries(texts, each, max_size=5), max_leaves=25
)


def every_place(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for step, part in inner for place in every_place(part, (*way, step)))]


@st.composite
def mutated(draw: st.DrawFn, statement: dict[str, Any]) -> Any:
    """A valid statement after one to three changes anywhere in it."""
    statement = copy.deepcopy(statement)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(every_place(statement)[1:] or [("actor",)]))
        part = statement
        for step in way:
            part = part[step]
        change = draw(st.sampled_from(["replace", "remove", "add", "rename", "swap"]))
        if change == "remove":
            del part[last]
        elif change == "add" and isinstance(part, dict):
            part[draw(texts)] = draw(values)
        elif change == "rename" and isinstance(part, dict):
            part[str(last).swapcase()] = part.pop(last)
        elif change == "swap":
            source = statement
            for step in draw(st.sampled_from(every_place(statement))):
                source = source[step]
            part[last] = copy.deepcopy(source)
        else:
            part[last] = draw(values)
    return statement


def assert_agreement(reference: str, value: object, version: Version) -> None:
    try:
        decided = loader.compiled(reference).is_valid(value)
    except UnicodeEncodeError:
        return
    explained = explain(reference, value, version, in_full=True)
    assert decided is (explained == []), explained
    assert explain(reference, value, version) == explained


@pytest.mark.parametrize("check", CHECKS)
@settings(deadline=None)
@given(value=values, version=versions)
def test_no_value_makes_a_check_raise(check, value, version):
    assert isinstance(check(value, version), list)


@settings(max_examples=120, deadline=None)
@given(data=st.data(), version=versions)
def test_both_engines_agree_about_changed_statements(data, version, full_statements):
    statement = data.draw(mutated(full_statements[version]))
    problems = statement_problems(statement, version)
    assert_agreement(f"xapi/statement-{version}.json#/$defs/statement", statement, version)
    for problem in problems:
        assert problem.requirement
        assert problem.message
    assert len(set(problems)) == len(problems)


@settings(max_examples=100, deadline=None)
@given(value=values, version=versions)
def test_both_engines_agree_about_any_value(value, version):
    for name in ("agents.json#/$defs/actor", "agents.json#/$defs/authority", "activities.json#/$defs/activity"):
        assert_agreement(f"xapi/{name}", value, version)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_pattern_means_the_same_to_both_engines(name, data):
    pieces = data.draw(st.lists(st.sampled_from(PIECES) | st.characters(), max_size=6))
    text = data.draw(st.sampled_from(["", *STARTS])) + "".join(pieces)
    try:
        decided = loader.compiled(f"xapi/datatypes.json#/$defs/{name}").is_valid(text)
    except UnicodeEncodeError:
        return
    assert decided is matches(loader.pattern(f"xapi/datatypes.json#/$defs/{name}"), text)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_start_that_it_takes(name):
    assert any(matches(loader.pattern(f"xapi/datatypes.json#/$defs/{name}"), text) for text in STARTS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_hostile_text_costs_no_time(name):
    pattern = loader.pattern(f"xapi/datatypes.json#/$defs/{name}")
    for seed in (
        "http://a",
        "mailto:a@",
        "en-a",
        "a/b;",
        "PT1",
        "P1Y",
        "2026-01-05T08:00:00.",
        "1.0.",
        "%41",
        ":",
        "@",
    ):
        for tail in ("a", "1", "-a", ";", "a@", "a.", "%41", "/", " "):
            began = time.monotonic()
            matches(pattern, seed + tail * 20_000 + "\n")
            assert time.monotonic() - began < 1


def test_a_value_nested_deeper_than_the_stack_is_refused(full_statements):
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for version, statement in full_statements.items():
        for name in ("actor", "verb", "object", "context", "attachments", "id", "timestamp"):
            assert statement_problems({**statement, name: deep}, version)


def test_a_valid_statement_is_decided_quickly(full_statements):
    for version, statement in full_statements.items():
        parsed = json.loads(json.dumps(statement))
        rounds = []
        for _ in range(200):
            began = time.perf_counter()
            statement_problems(parsed, version)
            rounds.append(time.perf_counter() - began)
        # It takes about 40 µs; the test leaves room for a busy machine, not for the slow engine.
        assert min(rounds) < 0.0005
