"""What the administration puts on record, and when."""

from __future__ import annotations

from datetime import date

from benchmarks.dropout.records import Administration, enrolment_id, entry_day, key_of
from benchmarks.dropout.tables import Key, Tables, on
from training.records import Enrolment, ExitReason, Person
from training.records.kinds import Record

_EVER = date(2020, 1, 1)


def _records(administration: Administration, day: date) -> list[Record]:
    return [change.record for change in administration.until(day) if change.record is not None]


def test_everybody_has_one_account_and_an_enrolment_for_each_of_theirs(tables: Tables) -> None:
    records = _records(Administration(tables), _EVER)
    people = [record for record in records if isinstance(record, Person)]
    enrolments = {record.id for record in records if isinstance(record, Enrolment)}
    assert len({person.id for person in people}) == len(people) == len(tables.enrolments_of)
    assert {enrolment_id(key) for key in tables.students} <= enrolments


def test_a_person_s_record_holds_nothing_but_the_account(tables: Tables) -> None:
    for record in _records(Administration(tables), _EVER):
        if isinstance(record, Person):
            assert (record.last_name, record.first_name, record.email) == ("", "", "")
            assert len(record.identities) == 1


def test_a_withdrawal_is_on_record_from_its_day_on_and_not_before(tables: Tables) -> None:
    student = next(item for item in tables.students.values() if item.left_day is not None and item.left_day > 30)
    left = on(student.key.presentation, student.left_day or 0)
    administration = Administration(tables)
    name = enrolment_id(student.key)
    before = [item for item in _records(administration, date.fromordinal(left.toordinal() - 1)) if item.id == name]
    after = [item for item in _records(administration, left) if item.id == name]
    assert [item.exit for item in before if isinstance(item, Enrolment)] == [None]
    exits = [item.exit for item in after if isinstance(item, Enrolment)]
    assert [(leaving.on, leaving.reason) for leaving in exits if leaving] == [(left, ExitReason.ABANDON)]


def test_planned_hours_are_ten_a_credit_and_the_calendar_has_every_due_day(tables: Tables) -> None:
    name = enrolment_id(Key("AAA", "2013B", 0))
    records = _records(Administration(tables), _EVER)
    found = next(item for item in records if isinstance(item, Enrolment) and item.id == name)
    assert found.contracts[0].total_seconds == 600 * 3600
    assert [milestone.due_on for milestone in found.individual_calendar] == [
        on("2013B", day) for day in (20, 50, 90, 235)
    ]


def test_an_earlier_attempt_is_made_up_only_where_the_tables_do_not_hold_it(tables: Tables) -> None:
    records = _records(Administration(tables), _EVER)
    made_up = [item.id for item in records if isinstance(item, Enrolment) and "before" in item.id]
    # The learners of AAA who come again in the autumn have begun it before in these tables; those of BBB have not.
    begun = {key.student for key in tables.students if key.course == ("AAA", "2013B")}
    assert not [name for name in made_up if int(name.rpartition("-")[2]) in begun]


def test_who_left_before_registering_is_on_record_when_they_left(tables: Tables) -> None:
    student = next(iter(tables.students.values()))
    assert entry_day(type(student)(student.key, 5, -3, "Withdrawn", 0, 60, {})) == -3
    assert entry_day(type(student)(student.key, None, None, "Fail", 0, 60, {})) == 0


def test_an_enrolment_s_name_says_which_it_is() -> None:
    key = Key("AAA", "2013J", 28400)
    assert key_of(enrolment_id(key)) == key
