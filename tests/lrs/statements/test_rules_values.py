"""XAPI-00012: request parameters are held to the rules of the same types in statements."""

from __future__ import annotations

import pytest

from lrs.statements.rules import value_problems
from lrs.versions import Version


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("iri", "https://example.org/verbs/answered", "answered"),
        ("uuid", "12345678-1234-4234-8234-123456789012", "12345678"),
        ("timestamp", "2026-01-05T08:00:00Z", "not a timestamp"),
        ("timestamp", "2024-02-29T08:00:00Z", "2026-02-29T08:00:00Z"),
        ("languageTag", "fr-FR", "fr_FR"),
    ],
)
def test_a_parameter_is_held_to_its_type(kind, good, bad, version):
    assert value_problems(kind, good, version, "query:x") == []
    (problem,) = value_problems(kind, bad, version, "query:x")
    assert problem.pointer == "query:x"
    assert problem.requirement == ("XAPI-00012" if version is Version.V1_0_3 else "9274.1.1 4.1.6.1")
    assert problem.accepted
    assert bad not in problem.message


@pytest.mark.parametrize("value", ["", "\ud800", "\x00", "x" * 100_000, None, 1, [], {}])
@pytest.mark.parametrize("kind", ["iri", "uuid", "timestamp", "languageTag"])
def test_whatever_is_sent_is_refused_without_an_exception(kind, value, version):
    if (kind, value) == ("languageTag", "x" * 100_000):
        assert value_problems(kind, value, version, "")
    assert value_problems(kind, value, version, "query:x")
