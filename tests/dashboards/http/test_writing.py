"""How what views return is written as JSON, and how they are asked: from types alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple
from uuid import UUID

import pytest
from marshmallow import ValidationError

from analytics.rates import Figure
from dashboards.http.asking import arguments_of, query_of
from dashboards.http.shown import enrolments_in
from dashboards.http.writing import field_of, page_of, schema_name, schema_of
from dashboards.views.lens import Lens
from lrs.clock import Micros
from training.records.ids import EnrolmentId


class Kind(StrEnum):
    ONE = "one"
    TWO = "two"


class Pair(NamedTuple):
    low: float
    high: float


@dataclass(frozen=True)
class Inner:
    enrolment_id: EnrolmentId
    rate: Figure | None


@dataclass(frozen=True)
class Outer:
    as_of: int
    seen_at: Micros | None
    on: date
    held: datetime
    kind: Kind
    name: UUID
    pair: Pair
    inner: tuple[Inner, ...]
    counts: Mapping[Kind, int]
    among: frozenset[str]
    share: float | None = None


FIGURE = Figure("realisation_rate", "1", 2, 3, "second", 0, "2026.1")
OUTER = Outer(
    0, None, date(2026, 1, 5), datetime(2026, 1, 5, 8, tzinfo=UTC), Kind.TWO, UUID(int=1), Pair(0.5, 1.0),
    (Inner(EnrolmentId("e1"), FIGURE), Inner(EnrolmentId("e2"), None)), {Kind.ONE: 3}, frozenset(("b", "a")),
)  # fmt: skip


def test_every_member_is_written_by_its_type():
    written = schema_of(Outer)().dump(OUTER)

    assert written == {
        "as_of": "1970-01-01T00:00:00.000000Z", "seen_at": None, "on": "2026-01-05",
        "held": "2026-01-05T08:00:00+00:00", "kind": "two", "name": str(UUID(int=1)),
        "pair": {"low": 0.5, "high": 1.0}, "counts": {"one": 3}, "among": ["a", "b"], "share": None,
        "inner": [
            {
                "enrolment_id": "e1",
                "rate": {
                    "formula": "realisation_rate", "version": "1", "numerator": 2, "denominator": 3, "unit": "second",
                    "as_of": "1970-01-01T00:00:00.000000Z", "rules_version": "2026.1", "cap": None,
                    "value": pytest.approx(2 / 3), "whole_percent": 66,
                },
            },
            {"enrolment_id": "e2", "rate": None},
        ],
    }  # fmt: skip


def test_a_page_is_written_with_what_it_is_of_and_where_to_go_on():
    page = page_of(Inner)().dump({"as_of": Micros(1), "items": OUTER.inner, "next": "x"})

    assert (page["as_of"], page["next"], len(page["items"])) == ("1970-01-01T00:00:00.000001Z", "x", 2)


def test_what_has_no_rule_is_refused_when_the_application_is_built():
    with pytest.raises(TypeError, match="“shape”"):
        field_of(complex, "shape")
    with pytest.raises(TypeError, match="“both”"):
        field_of(int | str, "both")


def test_names_tell_the_rows_of_two_views_apart():
    assert schema_name(Inner) == "TestWritingInner"
    assert schema_name(Figure) == "ViewFigure"


def test_the_enrolments_of_an_answer_are_found_wherever_they_stand():
    assert list(enrolments_in((OUTER, {"a": [OUTER.inner[1]]}))) == ["e1", "e2", "e2"]


@dataclass(frozen=True)
class Asked:
    on: date
    kind: Kind | None = None
    as_of: int | None = None


def view(lens: Lens, name: str, asked: Asked, way: Literal["up", "down"] = "up", number: int = 1) -> tuple[Inner, ...]:
    del lens, name, asked, way, number
    return ()


def test_a_view_is_asked_by_its_signature():
    schema = query_of("essai", view, ("name",), ())
    assert schema is not None
    given = schema().load({"on": "2026-01-05", "kind": "two", "as_of": "2026-01-05T08:00:00Z", "way": "down"})

    found = arguments_of(view, {"name": "x", **given})

    assert found == {
        "name": "x", "asked": Asked(date(2026, 1, 5), Kind.TWO, 1_767_600_000_000_000), "way": "down"
    }  # fmt: skip


@pytest.mark.parametrize(
    "query", [{}, {"on": "hier"}, {"on": "2026-01-05", "kind": "three"}, {"on": "2026-01-05", "way": "left"},
              {"on": "2026-01-05", "number": -1}, {"on": "2026-01-05", "as_of": "2026-01-05"}],
)  # fmt: skip
def test_what_a_view_cannot_be_asked_is_refused(query: dict[str, Any]):
    schema = query_of("essai", view, ("name",), ())
    assert schema is not None

    with pytest.raises(ValidationError):
        schema().load(query)


def test_a_view_without_parameters_has_no_query():
    def plain(lens: Lens) -> Inner:
        del lens
        return OUTER.inner[0]

    plain.__annotations__ = {"lens": Lens, "return": Inner}
    assert query_of("essai", plain, (), ()) is None
