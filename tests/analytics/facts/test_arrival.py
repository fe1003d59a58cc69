"""Corrections that arrive in any order end in the same facts."""

from __future__ import annotations

from itertools import permutations

import msgspec
import pytest

from analytics.derivation import derive
from analytics.rules import default_rules
from tests.analytics.cases.notation import instant, micros, read_records, read_trace

RULES = default_rules()
AS_OF = micros(instant("2026-03-31 12:00", "Europe/Paris"))
SHEET = [
    "2026-03-02 12:30 attended 2026-03-02/AM for=3h signed",
    "2026-03-02 12:40 attended 2026-03-02/AM for=2h signed",
    "2026-03-02 12:50 absent 2026-03-02/AM justified",
]
VERDICTS = [
    "2026-03-03 10:00 completes A1",
    "2026-03-03 11:00 uncompleted A1",
    "2026-03-03 12:00 passes A1 score=0.5",
    "2026-03-03 13:00 completes A1",
]
VOIDING = ["2026-03-03 10:00 completes A1 id=done", "2026-03-03 11:00 voids done", "2026-03-03 12:00 views A1"]


@pytest.mark.parametrize("lines", [SHEET, VERDICTS, VOIDING])
def test_every_order_of_arrival_ends_in_the_same_facts(lines: list[str]) -> None:
    records = read_records({"session": {"slots": ["2026-03-02/AM 09:00-12:30"], "activities": ["A1 30min Completed"]}})
    traces = [read_trace(line, number, "Europe/Paris") for number, line in enumerate(lines)]
    stored = [AS_OF - 1000 + number for number in range(len(traces))]
    found = [
        derive(
            "lucie",
            [msgspec.structs.replace(trace, stored=at) for trace, at in zip(traces, order, strict=True)],
            records,
            RULES,
            AS_OF,
        )
        for order in permutations(stored)
    ]
    assert all(facts == found[0] for facts in found)
