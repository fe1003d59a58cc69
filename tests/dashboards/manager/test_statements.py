"""The statements behind a figure: all of them, no others, as they were received, in their place in the log."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.views.statements import PAGE, statement_of, statements_of
from dashboards.views.statements_asked import Asked, parse_asked
from dashboards.views.statements_text import set_out
from lrs.errors import InvalidRequest, NotFound
from tests.lrs.sealers import seal_all, sealer
from training.access import Role

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


def _ids(page):
    return {str(line.statement_id) for line in page.lines}


def test_a_figure_leads_to_each_statement_that_its_facts_carry(seen, small):
    facts = small.facts.person(small.organisation, "lea")
    expected = {str(item) for day in facts.days if day.enrolment_id == "e1" for item in day.statement_ids}
    assert _ids(statements_of(seen(), Asked("e1"))) == expected
    assert len(expected) == 5


def test_an_activity_and_a_day_narrow_them(seen):
    lens = seen()
    assert statements_of(lens, Asked("e1", activity_id="quiz")).total == 2
    asked = parse_asked({"enrolment": "e1", "day": "2026-01-06"})
    assert statements_of(lens, asked).total == 5
    assert statements_of(lens, parse_asked({"enrolment": "e1", "day": "2026-01-07"})).total == 0


def test_they_come_fifty_at_a_time_each_once(seen, small):
    small.send(*(small.says("experienced", "cours", minute=80 + at) for at in range(60)))
    small.work()
    pages = [statements_of(seen(), Asked("e1"), number) for number in (1, 2)]
    assert [len(page.lines) for page in pages] == [PAGE, 15]
    assert len(_ids(pages[0]) | _ids(pages[1])) == 65
    with pytest.raises(NotFound):
        statements_of(seen(), Asked("e1"), 3)


def test_a_statement_is_shown_as_it_is_kept_byte_for_byte(seen, small, services):
    (line, *_) = statements_of(seen(), Asked("e1")).lines
    (entry,) = services.statements.entries(small.organisation, [line.statement_id])
    assert statement_of(seen(), "e1", str(line.statement_id)).text.encode() == entry.body


def test_a_statement_says_where_it_is_sealed_and_that_its_proof_holds(seen, small, services):
    (line, *_) = statements_of(seen(), Asked("e1")).lines
    assert statement_of(seen(), "e1", str(line.statement_id)).line.sealing.is_proved is None
    seal_all(sealer(services.store, services.clock), small.organisation)
    sealing = statement_of(seen(), "e1", str(line.statement_id)).line.sealing
    assert (sealing.is_proved, sealing.head_number, sealing.position) == (True, 1, line.sealing.position)


def test_a_voided_statement_is_marked_and_found_as_of_before(seen, small, services):
    (line, *_) = statements_of(seen(), Asked("e1", activity_id="quiz")).lines
    small.pass_time(10)
    then = services.clock.now_micros()
    small.pass_time(10)
    small.send(small.voids(line.statement_id))
    small.work()
    assert str(line.statement_id) not in _ids(statements_of(seen(), Asked("e1", activity_id="quiz")))
    page = statements_of(seen(), Asked("e1", activity_id="quiz", as_of=then))
    before = {item.statement_id: item for item in page.lines}
    assert before[line.statement_id].is_voided


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_an_id_that_no_fact_of_the_enrolment_carries_opens_nothing(seen, role):
    others = statements_of(seen(), Asked("e2")).lines
    with pytest.raises(NotFound):
        statement_of(seen(role), "e1", str(others[0].statement_id))


def test_an_address_that_asks_for_what_there_cannot_be_is_refused():
    with pytest.raises(InvalidRequest) as refused:
        parse_asked({"enrolment": "e1", "day": "hier", "as_of": "jadis"})
    assert {problem.pointer for problem in refused.value.problems} == {"/day", "/as_of"}


@given(_JSON)
def test_json_that_is_set_out_is_the_same_json_and_only_white_space_is_different(value):
    text = json.dumps(value)
    shown = set_out(text)
    assert json.loads(shown) == value
    assert [c for c in shown if not c.isspace()] == [c for c in text if not c.isspace()]
