"""Patterns over statements: an automaton, held against derivatives of the pattern, which is another way to say it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidRequest
from lrs.profiles.library import known_profile
from lrs.profiles.patterns import Fit, Pattern, parse_patterns

LETTERS = ("a", "b", "c")
# A pattern as a tree: a letter is a template.
trees = st.recursive(
    st.sampled_from(LETTERS),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["sequence", "alternates"]), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.sampled_from(["optional", "oneOrMore", "zeroOrMore"]), inner),
    ),
    max_leaves=8,
)
statements = st.lists(st.sets(st.sampled_from(LETTERS), min_size=1).map(frozenset), max_size=8)


def document(tree: Any) -> dict[str, Any]:
    """Write a tree as the patterns of a profile; its root is primary."""
    found: list[dict[str, Any]] = []

    def write(node: Any) -> str:
        if isinstance(node, str):
            return node
        kind, inner = node
        members = [write(each) for each in inner] if isinstance(inner, list) else write(inner)
        found.append({"id": f"p{len(found)}", kind: members})
        return str(found[-1]["id"])

    root = write(("sequence", [tree]))
    next(each for each in found if each["id"] == root)["primary"] = True
    return {"patterns": found}


def compiled(tree: Any) -> Pattern:
    (pattern,) = parse_patterns(document(tree), LETTERS)
    return pattern


# What the rest must be after a statement (Brzozowski). NEVER fits nothing, NOTHING only the end.
NEVER, NOTHING = ("never",), ("nothing",)


def is_over(node: Any) -> bool:
    if isinstance(node, str) or node == NEVER:
        return False
    if node == NOTHING or node[0] in ("optional", "zeroOrMore"):
        return True
    if node[0] == "oneOrMore":
        return is_over(node[1])
    return (all if node[0] == "sequence" else any)(map(is_over, node[1]))


def then(first: Any, rest: Any) -> Any:
    return NEVER if NEVER in (first, rest) else ("sequence", [first, rest])


def either(nodes: list[Any]) -> Any:
    some = [node for node in nodes if node != NEVER]
    return ("alternates", some) if some else NEVER


def after(node: Any, followed: frozenset[str]) -> Any:
    if isinstance(node, str) or node in (NEVER, NOTHING):
        return NOTHING if node in followed else NEVER
    kind, inner = node
    if kind == "alternates":
        return either([after(each, followed) for each in inner])
    if kind == "optional":
        return after(inner, followed)
    if kind in ("oneOrMore", "zeroOrMore"):
        return then(after(inner, followed), ("zeroOrMore", inner))
    rest = ("sequence", inner[1:]) if inner[1:] else NOTHING
    found = [then(after(inner[0], followed), rest)]
    return either([*found, after(rest, followed)] if is_over(inner[0]) else found)


@given(trees, statements)
def test_the_automaton_says_what_the_derivatives_say(tree: Any, sent: list[frozenset[str]]):
    rest: Any = ("oneOrMore", tree)
    expected = None
    for at, followed in enumerate(sent):
        rest = after(rest, followed)
        if rest == NEVER:
            expected = (Fit.BROKEN, at)
            break
    else:
        expected = (Fit.WHOLE if is_over(rest) else Fit.OPEN, 0)

    match = compiled(tree).match(sent)

    assert (match.fit, match.at) == expected


@given(trees, statements)
def test_what_is_expected_where_it_breaks_would_have_gone_on(tree: Any, sent: list[frozenset[str]]):
    pattern = compiled(tree)
    match = pattern.match(sent)
    if match.fit is Fit.BROKEN:
        for letter in pattern.templates:
            goes_on = pattern.match([*sent[: match.at], {letter}]).fit is not Fit.BROKEN
            assert goes_on == (letter in match.expected)


@pytest.mark.parametrize(
    "patterns",
    [
        [{"id": "p", "primary": True, "sequence": ["p"]}],
        [{"id": "p", "primary": True, "sequence": ["nobody"]}],
        [{"id": "p", "primary": True}],
        [{"id": "p", "primary": True, "optional": "a", "zeroOrMore": "a"}],
    ],
)
def test_what_cannot_be_a_pattern_is_refused(patterns: list[dict[str, Any]]):
    with pytest.raises(InvalidRequest):
        parse_patterns({"patterns": patterns}, LETTERS)


def test_a_video_is_begun_acted_on_and_ended_as_often_as_it_is_watched():
    (viewing,) = known_profile("video").patterns
    begun, ended = (
        "https://assidu.example/xapi/profile/video/v1/templates/initialized",
        ("https://w3id.org/xapi/video/templates#terminated"),
    )
    played = "https://w3id.org/xapi/video/templates#played"

    assert viewing.match([{begun}, {played}, {ended}, {begun}, {ended}]).fit is Fit.WHOLE
    assert viewing.match([{begun}, {played}]).fit is Fit.OPEN
    broken = viewing.match([{begun}, {ended}, {played}])
    assert (broken.fit, broken.at, broken.expected) == (Fit.BROKEN, 2, (begun,))
