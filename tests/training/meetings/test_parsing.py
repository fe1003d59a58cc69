"""Reports of meeting tools are read the same, whichever tool, language and encoding; what is unsure is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidRequest, TooLarge
from tests.training.meetings.reports import ENCODINGS, FOLDER, report
from training.meetings.formats import vocabulary
from training.meetings.log import Log
from training.meetings.matching import name_key
from training.meetings.parsing import parse_log
from training.meetings.stamps import DateOrder, instant_of, parse_stamp

PARIS = ZoneInfo("Europe/Paris")
ZOOM = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),In Waiting Room\n"
SUMMARY = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
MEET = "google-meet-en.csv"
MEET_NAMES = "Name,Email,Duration,Time joined,Time exited\nLéa Martin,lea@exemple.fr,3 hr 40 min,8:55 AM,12:35 PM\n"
ACTIONS = "Full Name\tUser Action\tTimestamp\n"


def at(hour: int, minute: int = 0) -> datetime:
    """A time of the class's day in Paris."""
    return datetime(2026, 3, 3, hour, minute, tzinfo=PARIS)


def zoom(*lines: str) -> bytes:
    return (ZOOM + "\n".join(lines)).encode()


def times(log: Log) -> dict[str, list[tuple[datetime, datetime | None]]]:
    return {who.names[0]: [(item.joined_at, item.left_at) for item in found] for who, found in log.stretches}


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_every_tool_tells_the_same_class(name: str):
    log = parse_log(report(name), PARIS)

    assert (log.tool, log.problems) == (name.partition("-")[0], ())
    people = {name_key(names): found for who, found in log.stretches for names in who.names}
    assert len(log.stretches) == 3
    (lea,), yann = people[name_key("Léa Martin")], people[name_key("Yann Le Gall")]
    assert (lea.joined_at, lea.left_at, lea.known_seconds) == (at(8, 55), at(12, 35), None)
    spans = [(item.joined_at, item.left_at, item.known_seconds) for item in yann]
    if log.tool == "bigbluebutton":
        assert spans == [(at(9), at(12, 30), 11_880)]
    else:
        assert spans == [(at(9), at(10), None), (at(10, 12), at(12, 30), None)]


def test_the_samples_show_every_format_there_is():
    seen = {parse_log(report(name), PARIS).format for name in ENCODINGS}
    seen.add(
        parse_log(
            (SUMMARY + "Léa\t3/13/26, 9:00:00 AM\t3/13/26, 9:10:00 AM\t10m\t\t\tAttendee\n").encode(), PARIS
        ).format
    )
    # Google Meet writes times without their day, of a class of its own.
    seen.add(parse_log((FOLDER / MEET).read_bytes(), PARIS, day=date(2026, 3, 3)).format)
    seen.add(parse_log(MEET_NAMES.encode(), PARIS, day=date(2026, 3, 3)).format)
    assert seen == {item.id for item in vocabulary().formats}
    assert {path.name for path in FOLDER.glob("*.csv")} == {*ENCODINGS, MEET}


def test_the_waiting_room_is_no_presence():
    assert parse_log(report("zoom-en.csv"), PARIS).waiting == 1


def test_a_date_that_can_be_read_in_two_ways_is_refused_with_both():
    data = zoom("Léa Martin,lea@exemple.fr,03/04/2026 09:00:00,03/04/2026 12:30:00,210,No")
    with pytest.raises(InvalidRequest) as refusal:
        parse_log(data, PARIS)
    (problem,) = refusal.value.problems
    assert problem.pointer == "query:date_order"
    assert "2026-04-03 or 2026-03-04" in problem.message
    assert problem.accepted == "date_order=dmy for 2026-04-03, date_order=mdy for 2026-03-04"

    assert times(parse_log(data, PARIS, DateOrder.MDY))["Léa Martin"][0][0].date().isoformat() == "2026-03-04"
    assert times(parse_log(data, PARIS, DateOrder.DMY))["Léa Martin"][0][0].date().isoformat() == "2026-04-03"


def test_one_date_that_can_be_read_in_one_way_settles_the_others():
    data = zoom("A,,03/04/2026 09:00,03/04/2026 10:00,60,No", "B,,03/25/2026 09:00,03/25/2026 10:00,60,No")
    assert parse_log(data, PARIS).date_order is DateOrder.MDY


def test_dates_of_two_orders_are_refused():
    data = zoom("A,,25/03/2026 09:00,25/03/2026 10:00,60,No", "B,,03/25/2026 09:00,03/25/2026 10:00,60,No")
    with pytest.raises(InvalidRequest, match="No one order"):
        parse_log(data, PARIS)
    with pytest.raises(InvalidRequest, match="cannot be read in the order mdy"):
        parse_log(zoom("A,,25/03/2026 09:00,25/03/2026 10:00,60,No"), PARIS, DateOrder.MDY)


def test_french_headers_of_teams_say_that_the_day_comes_first_and_those_of_zoom_do_not():
    french = "Nom complet\tAction de l’utilisateur\tDate et heure\nLéa\tRejoint\t03/04/2026 à 09:00:00\n"
    assert times(parse_log(french.encode("utf-16"), PARIS))["Léa"][0][0].date().isoformat() == "2026-04-03"
    with pytest.raises(InvalidRequest, match="two ways"):
        parse_log(french.replace("09:00:00", "09:00:00 AM").encode("utf-16"), PARIS)
    text = (FOLDER / "zoom-fr.csv").read_text("utf-8").replace("03/03/2026", "03/04/2026")
    with pytest.raises(InvalidRequest, match="two ways"):
        parse_log(text.encode(), PARIS)


def test_who_is_only_in_the_summary_counts_by_it_and_who_was_only_invited_does_not():
    text = (FOLDER / "teams-2022-en.csv").read_text("utf-8")
    more = "Zoé Diaz\t3/3/26, 9:30:00 AM\t3/3/26, 12:30:00 PM\t2h 59m 58s\t\t\tAttendee\nInvitée\t\t\t\t\t\tAttendee\n"
    log = parse_log(text.replace("\n\n3. In-Meeting", f"\n{more}\n3. In-Meeting").encode("utf-16"), PARIS)

    assert times(log)["Zoé Diaz"] == [(at(9, 30), at(12, 30))]
    assert "Invitée" not in times(log)
    assert not log.problems
    assert len(times(log)["Yann Le Gall"]) == 2


def test_a_webinar_s_host_and_attendees_stand_in_tables_of_their_own():
    head = "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes)"
    lines = ("Host Details,", head, "Yes,Anne,anne@exemple.fr,03/25/2026 09:00:00,03/25/2026 10:00:00,60",
             "Attendee Details,", head, "Yes,Anne,,03/25/2026 09:10:00,03/25/2026 09:20:00,10",
             "Yes,Léa,,03/25/2026 09:00:00,03/25/2026 09:30:00,30",
             "Yes,Léa,,03/25/2026 09:40:00,03/25/2026 10:00:00,20",
             "No,Zoé,,--,--,--")  # fmt: skip
    log = parse_log("\n".join(lines).encode(), PARIS)
    assert {who.name: len(found) for who, found in log.stretches if not who.email} == {"Anne": 1, "Léa": 2}
    assert (len(log.stretches), log.problems) == (3, ())


def test_actions_pair_up_whatever_is_missing():
    lines = ("A\tJoined\t1/13/2026, 9:00:00 AM", "A\tJoined\t1/13/2026, 9:10:00 AM", "A\tLeft\t1/13/2026, 9:20:00 AM",
             "B\tLeft\t1/13/2026, 9:30:00 AM", "C\tJoined\t1/13/2026, 9:00:00 AM")  # fmt: skip
    log = parse_log((ACTIONS + "\n".join(lines)).encode(), PARIS)
    spans = times(log)
    assert [(left - joined).total_seconds() for joined, left in spans["A"] if left] == [1200]
    assert "B" not in spans
    assert [left for _, left in spans["C"]] == [None]
    assert [(note.line, note.value) for note in log.notes] == [(5, "B"), (6, "C")]


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("A,,25/03/2026 nine,25/03/2026 10:00,60,No", "joined", "not a date with a time"),
        ("A,,,25/03/2026 10:00,60,No", "joined", "empty"),
        ("A,,25/03/2026 11:00,25/03/2026 10:00,60,No", "left", "before the joining"),
        ("A,,25/03/2026 09:00,29/03/2026 10:00,60,No", "left", "longer than two days"),
        ("A,,25/03/2026 09:00,25/03/2026 10:00,an hour,No", "duration", "not a length of time"),
        ("A,,29/03/2026 02:30,29/03/2026 10:00,60,No", "joined", "put forward"),
        ("A,,25/10/2026 02:30,25/10/2026 10:00,60,No", "joined", "put back"),
        ('A,"x"y,25/03/2026 09:00,25/03/2026 10:00,60,No', "", "cannot be taken apart"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_read(line: str, column: str, message: str):
    log = parse_log(zoom(line, "B,,25/03/2026 09:00,25/03/2026 10:00,60,No"), PARIS)
    (problem,) = log.problems
    assert (problem.line, problem.column) == (2, column)
    assert message in problem.message
    assert list(times(log)) == ["B"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "No table of a meeting tool"),
        (b"PK\x03\x04\x14\x00", "workbook"),
        (b"\xff\xfe\x00", "no text"),
        (b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nA,,60,No\n", "No table of a meeting tool"),
    ],
)
def test_what_no_tool_wrote_is_refused_with_what_is_accepted(data: bytes, message: str):
    with pytest.raises(InvalidRequest, match=message) as refusal:
        parse_log(data, PARIS)
    assert refusal.value.problems[0].accepted


def test_a_file_beyond_all_meetings_is_refused():
    with pytest.raises(TooLarge):
        parse_log(zoom(*["A,,25/03/2026 09:00,25/03/2026 10:00,60,No"] * 10_000), PARIS)


@pytest.mark.parametrize(
    "text",
    ["03/03/2026 09:05:06", "2026-03-03 09:05:06", "3/3/26, 9:05:06\u202fAM", "03.03.2026, 09:05:06",
     "2026-03-03T08:05:06Z", "Mar 3, 2026 09:05:06 AM", "3 mars 2026 à 09:05:06", "2026-03-03 10:05:06+02:00",
     "3/3/2026 9h05:06", "3 mars 26, 09:05:06", "mardi 3 mars 2026, 09:05:06", "mar. 3 mars 26, 09:05:06"],
)  # fmt: skip
def test_one_instant_in_the_ways_it_is_written(text: str):
    stamp = parse_stamp(text)
    assert stamp is not None
    assert instant_of(stamp, DateOrder.DMY, PARIS) == datetime(2026, 3, 3, 8, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hier",
        "31/02/2026 09:00",
        "03/03/2026",
        "03/03/2026 25:00",
        "03/03/2026 13:00 PM",
        "03/03/1926 09:00",
        "3 zzz 2026 09:00",
        "2026-03-03 09:00+99:00",
    ],
)
def test_what_is_no_instant_is_none(text: str):
    assert parse_stamp(text) is None


FORMS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%y %H:%M:%S", "%d/%m/%Y, %I:%M:%S %p")


@given(st.integers(0, 3_155_000_000), st.sampled_from(FORMS))
def test_what_was_written_is_read_again_or_refused_never_moved(seconds: int, form: str):
    when = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    stamp = parse_stamp(when.strftime(form))
    assert stamp is not None
    instant = instant_of(stamp, DateOrder.DMY, PARIS)
    assert isinstance(instant, str) or instant.astimezone(PARIS).replace(tzinfo=UTC) == when


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_break_the_reader(data: bytes):
    for start in (b"", ZOOM.encode(), SUMMARY.encode(), ACTIONS.encode()):
        try:
            parse_log(start + data, PARIS)
        except (InvalidRequest, TooLarge):
            continue
