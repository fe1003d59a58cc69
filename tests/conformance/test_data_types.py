"""IRIs, UUIDs, timestamps and durations: xAPI 1.0.3 Part Two 4.3 to 4.6; IEEE 9274.1.1 4.2.7."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

NEITHER = {
    "not text": ["", "hier", "2026", "1767600000", "08:00:00Z", "05/01/2026 08:00", "2026-01-05"],
    "no separator": ["2026-01-05 08:00:00Z", "2026-01-05_08:00:00Z", " 2026-01-05T08:00:00Z", "2026-01-05T08:00:00Z\n"],
    "no such date": [
        "2026-02-29T08:00:00Z",
        "2026-04-31T08:00:00Z",
        "2026-13-01T08:00:00Z",
        "2026-00-10T08:00:00Z",
        "2026-01-00T08:00:00Z",
        "1900-02-29T08:00:00Z",
    ],
    "no such time": [
        "2026-01-05T25:00:00Z",
        "2026-01-05T08:60:00Z",
        "2026-01-05T08:00:61Z",
        "2026-01-05T24:00:01Z",
        "2026-01-05T08:00:60Z",
    ],
    "negative zero": ["2026-01-05T08:00:00-00:00", "2026-01-05T08:00:00-0000", "2026-01-05T08:00:00-00"],
    "no such offset": [
        "2026-01-05T08:00:00+24:00",
        "2026-01-05T08:00:00+01:60",
        "2026-01-05T08:00:00+1",
        "2026-01-05T08:00:00ZZ",
        "2026-01-05T08:00:00 +01:00",
        "2026-01-05T08:00:00CET",
    ],
    "no such fraction": ["2026-01-05T08:00:00.Z", "2026-01-05T08:00:00.1.2Z", "2026-01-05T08:00:00.abcZ"],
    "digits of other scripts": ["٢٠٢٦-٠١-٠٥T08:00:00Z"],
}
# Each with the instant it names.
BOTH = {
    "2026-01-05T08:00:00Z": "2026-01-05T08:00:00+00:00",
    "2026-01-05T08:00:00.1Z": "2026-01-05T08:00:00.100+00:00",
    "2026-01-05T08:00:00.123456789Z": "2026-01-05T08:00:00.123456+00:00",
    "2026-01-05T09:00:00+01:00": "2026-01-05T08:00:00+00:00",
    "2026-01-05T03:30:00.500-04:30": "2026-01-05T08:00:00.500+00:00",
    "2026-01-05T08:00:00+00:00": "2026-01-05T08:00:00+00:00",
    "2026-01-05T07:30:00-00:30": "2026-01-05T08:00:00+00:00",
    "2024-02-29T23:59:59.999Z": "2024-02-29T23:59:59.999+00:00",
    "2016-12-31T23:59:60Z": "2017-01-01T00:00:00+00:00",
    "1970-01-01T00:00:00Z": "1970-01-01T00:00:00+00:00",
    "2099-12-31T23:59:59Z": "2099-12-31T23:59:59+00:00",
}
ISO_ALONE = {
    "2026-01-05T08:00:00": "2026-01-05T08:00:00+00:00",
    "2026-01-05T08:00Z": "2026-01-05T08:00:00+00:00",
    "2026-01-05T08Z": "2026-01-05T08:00:00+00:00",
    "20260105T080000Z": "2026-01-05T08:00:00+00:00",
    "20260105T090000.5+0100": "2026-01-05T08:00:00.500+00:00",
    "2026-W02-1T08:00:00Z": "2026-01-05T08:00:00+00:00",
    "2026-005T08:00:00Z": "2026-01-05T08:00:00+00:00",
    "2026-01-05T08:00:00,25Z": "2026-01-05T08:00:00.250+00:00",
    "2026-01-04T24:00:00Z": "2026-01-05T00:00:00+00:00",
    "2026-01-05T09:00:00+01": "2026-01-05T08:00:00+00:00",
}


@pytest.mark.parametrize("kind", NEITHER)
def test_a_timestamp_that_names_no_instant_is_refused_xapi_00022_xapi_00123(rules, make, kind):
    """XAPI-00022, XAPI-00123; -00:00 (RFC 3339 4.3: an unknown offset) in Part Two 4.5."""
    for wrong in NEITHER[kind]:
        rules.check_refused(make.small(timestamp=wrong), "/timestamp", "XAPI-00022")
        rules.check_refused(make.small(stored=wrong), "/stored", "XAPI-00023")


def test_a_null_timestamp_is_refused_though_a_missing_one_is_not_xapi_00001_xapi_00022(rules, make):
    """XAPI-00001, XAPI-00022."""
    rules.check_refused(make.small(timestamp=None), "/timestamp", "XAPI-00001")
    rules.check_refused(make.changed(make.substatement(), "/object/timestamp", None), "/object/timestamp", "XAPI-00001")
    statement = make.changed(make.small(), "/timestamp", ...)
    assert rules.read(rules.store(statement)[0])["timestamp"]


@pytest.mark.parametrize("text", BOTH)
def test_a_timestamp_keeps_its_text_and_its_instant_xapi_00122_9274_4_2_7(rules, make, text):
    """XAPI-00122 (precision), IEEE 9274.1.1 4.2.7 (other offsets are taken, the instant is kept)."""
    stored = rules.check_taken(make.small(timestamp=text))

    entry = rules.services.statements.latest(rules.caller.organisation, 1)[0]
    assert str(entry.statement_id) == stored["id"]
    wanted = datetime.fromisoformat(BOTH[text])
    assert datetime.fromtimestamp(0, UTC) + timedelta(microseconds=entry.timestamp) == wanted


@pytest.mark.parametrize("text", ISO_ALONE)
def test_other_forms_of_iso_8601_are_for_1_0_3_alone_xapi_00123_9274_4_2_7(rules1, rules2, make, text):
    """XAPI-00123 takes ISO 8601, IEEE 9274.1.1 4.2.7 its profile RFC 3339."""
    rules1.check_taken(make.small(timestamp=text))
    rules2.check_refused(make.small(timestamp=text), "/timestamp")
    rules2.check_taken(make.small(timestamp=ISO_ALONE[text]))


def test_a_timestamp_in_the_future_is_taken_9274_4_2_7(rules, make):
    """IEEE 9274.1.1 4.2.7, 1.0.3 Part Two 2.4.7: an LRS does not refuse a statement for its sender's clock."""
    for ahead in (timedelta(minutes=5), timedelta(days=400)):
        later = datetime(2026, 1, 5, 8, tzinfo=UTC) + ahead
        rules.check_taken(make.small(timestamp=later.isoformat()))


BAD_DURATIONS = [
    "",
    "P",
    "PT",
    "1H",
    "90",
    "T1H",
    "P1H",
    "PT1D",
    "PT1H30",
    "P1Y2W",
    "P1W2D",
    "PT-1H",
    "-PT1H",
    "+PT1H",
    "P1.5Y2M",
    "PT1.5H30M",
    "PT1M1H",
    "pt1h",
    "PT1h",
    "P0003-06-04T12:30:05",
    "P00021015T103020",
    "PT 1H",
    "PT1H ",
    "PT1.S",
    "PT.5S",
    "PT1H\n",
]
DURATIONS = [
    "PT0S",
    "PT90S",
    "PT1H30M",
    "PT1H0M0S",
    "P1D",
    "P1DT12H",
    "P2W",
    "P1Y2M3DT4H5M6.789S",
    "PT0.01S",
    "PT0.000001S",
    "PT1.5H",
    "PT1,5H",
    "P0.5Y",
    "P3M",
    "PT5400.25S",
    "P0D",
    "PT36H",
]


def test_a_duration_is_iso_8601_with_designators_xapi_00077_xapi_00124(rules, make):
    """XAPI-00077, XAPI-00124: never the alternative format. 2.0 4.2.7: digits beyond 0.01 s are no reason to refuse."""
    for wrong in BAD_DURATIONS:
        rules.check_refused(make.small(result={"duration": wrong}), "/result/duration", "XAPI-00077")
    rules.check_taken(*(make.small(result={"duration": right}) for right in DURATIONS))


def test_durations_are_compared_to_the_hundredth_of_a_second_cut_not_rounded_9274_4_2_7(rules, make):
    """IEEE 9274.1.1 4.2.7: PT1.239S and PT1.231S are one statement, PT1.24S is another."""
    statement = make.small(result={"duration": "PT1.239S"})
    rules.store(statement)

    for same in ("PT1.23S", "PT1.231S", "PT1.2399999S"):
        assert rules.post({**statement, "result": {"duration": same}}).status_code == 200, same
    for other in ("PT1.24S", "PT1.2S", "PT1.22S", "PT2S"):
        assert rules.post({**statement, "result": {"duration": other}}).status_code == 409, other
    assert rules.read(statement["id"])["result"] == {"duration": "PT1.239S"}


def test_an_instant_written_otherwise_is_the_same_statement(rules, make):
    """Part Two 2.3.1: how a timestamp is written is no part of the statement."""
    statement = make.small(timestamp="2026-01-05T09:00:00+01:00")
    rules.store(statement)

    assert rules.post({**statement, "timestamp": "2026-01-05T08:00:00.000Z"}).status_code == 200
    assert rules.post({**statement, "timestamp": "2026-01-05T08:00:00.001Z"}).status_code == 409


UUIDS = {
    "/id": "XAPI-00027",
    "/context/registration": "XAPI-00087",
    "/object/id": "XAPI-00072",
    "/context/statement/id": "XAPI-00072",
}


@pytest.mark.parametrize("pointer", UUIDS)
def test_a_uuid_is_in_standard_form_xapi_00027_xapi_00029_xapi_00030(rules, make, pointer):
    """XAPI-00027, 00029, 00030; and the rule of each property."""
    reference = {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}
    base = make.small(object=reference, context={"statement": reference, "registration": reference["id"]})
    fresh = make.small()["id"]

    for wrong in (
        fresh.replace("-", ""),
        f"{{{fresh}}}",
        f"urn:uuid:{fresh}",
        fresh[:-1],
        fresh + "0",
        fresh[:-1] + "g",
        "",
    ):
        rules.check_refused(make.changed(base, pointer, wrong), pointer, UUIDS[pointer])
    for right in (fresh, make.small()["id"].upper(), str(fresh[:14] + "1" + fresh[15:])):
        statement = make.changed({**base, "id": make.small()["id"]}, pointer, right)
        assert rules.post(statement).status_code == 200, right


def test_a_uuid_is_the_same_in_any_case(rules, make):
    """RFC 4122 3: digits are read in either case. The text that came first is the text kept."""
    statement = make.small()
    statement["id"] = statement["id"].upper()
    rules.store(statement)

    assert rules.read(statement["id"].lower())["id"] == statement["id"]
    assert rules.post({**statement, "id": statement["id"].lower()}).status_code == 200
    assert rules.post({**make.small(), "id": statement["id"].lower(), "verb": {"id": "urn:x:other"}}).status_code == 409


def test_two_spellings_of_an_iri_are_two_iris_9274_4_2_7(lrs, make):
    """IEEE 9274.1.1 4.2.7, 1.0.3 Part Two 4.3: compared as they stand, so that nobody has to know how we fold them."""
    spellings = ["http://example.org/a", "http://EXAMPLE.org/a", "http://example.org/%61", "http://example.org:80/a"]
    ids = lrs.store(*(make.small(verb={"id": iri}, object={"id": iri}) for iri in spellings))

    for at, iri in enumerate(spellings):
        assert lrs.find(verb=iri) == [ids[at]]
        assert lrs.find(activity=iri) == [ids[at]]
