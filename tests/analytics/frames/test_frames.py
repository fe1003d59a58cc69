"""Frames hold what the facts say, typed alike whatever is in them, of one organisation alone."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from analytics.frames import Frames
from analytics.frames.connection import frames_of
from analytics.frames.tables import TABLES
from lrs.errors import InvalidRequest, NotFound
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.versions import Version
from tests.analytics.frames.demonstration import DerivedFacts

KEYS = ("day", "at", "person_id", "enrolment_id", "activity_id", "slot_id", "kind", "event", "formula",
        "observed_seconds")  # fmt: skip
FACTS = ("days", "attendance", "standings", "changes", "enrolments", "figures", "anomalies")


def table_of(frames: Frames, name: str, **wanted: Any) -> pd.DataFrame:
    return getattr(frames, name)(**wanted)


@pytest.mark.parametrize("name", TABLES)
def test_each_column_has_the_dtype_it_declares_whether_there_are_rows_or_none(
    tables: dict[str, pd.DataFrame], name: str
) -> None:
    table = TABLES[name]
    declared = {column.name: column.nature.dtype for column in table.wanted(everything=False)}

    full, empty = tables[name], table.frame([], "cap-horizon")

    assert len(full) > 0
    assert list(full.columns) == list(empty.columns) == list(declared)
    for column, dtype in declared.items():
        open_ended = isinstance(dtype, pd.CategoricalDtype) and dtype.categories is None
        for frame in (full, empty):
            found = frame[column].dtype
            assert isinstance(found, pd.CategoricalDtype) if open_ended else found == dtype, (column, found)
    assert full.attrs == {"table": name, "organisation": "cap-horizon"}


def test_a_column_that_may_not_be_empty_never_is(tables: dict[str, pd.DataFrame]) -> None:
    for name, table in TABLES.items():
        frame = tables[name]
        for column in table.wanted(everything=False):
            if not column.nature.is_nullable:
                assert frame[column.name].notna().all(), (name, column.name)


def test_kept_facts_make_the_frames_that_facts_derived_from_scratch_make(
    tables: dict[str, pd.DataFrame], furnished: Services, derived: DerivedFacts
) -> None:
    expected = frames_of(furnished.store, "cap-horizon", furnished.clock, derived)

    for name in FACTS:
        keys = [column for column in KEYS if column in tables[name].columns]
        found, wanted = (
            frame.sort_values(keys, ignore_index=True) for frame in (tables[name], table_of(expected, name))
        )
        pd.testing.assert_frame_equal(found, wanted, check_categorical=False, obj=name)


def test_days_say_what_the_facts_say_in_seconds(furnished: Services, frames: Frames, derived: DerivedFacts) -> None:
    expected = list(derived.days(frames.organisation.number))

    days = frames_of(furnished.store, "cap-horizon", furnished.clock, derived).days()

    assert len(days) == len(expected)
    for name in ("connected", "active", "credited", "declared"):
        micros = [getattr(fact, f"{name}_micros") for fact in expected]
        assert days[f"{name}_seconds"].tolist() == [value / 1_000_000 for value in micros]
    assert days["day"].dt.date.tolist() == [fact.day for fact in expected]
    instants = [None if at is pd.NaT else round(at.timestamp() * 1_000_000) for at in days["first_at"]]
    assert instants == [fact.first_at for fact in expected]
    words = [None if fact.credited_confidence is None else fact.credited_confidence.name for fact in expected]
    assert days["credited_confidence"].astype(object).where(days["credited_confidence"].notna(), None).tolist() == words


def test_confidence_stands_in_order_the_surest_last(tables: dict[str, pd.DataFrame]) -> None:
    confidence = tables["days"]["credited_confidence"]

    assert confidence.dtype.ordered
    assert (confidence.dropna() >= "ESTIMATED").all()
    assert confidence.max() == "SIGNED"


def test_rates_stand_beside_their_counts_and_are_empty_where_nothing_was_due(
    tables: dict[str, pd.DataFrame], frames: Frames, derived: DerivedFacts
) -> None:
    expected = {fact.enrolment_id: fact for fact in derived.enrolments(frames.organisation.number)}

    enrolments, figures = tables["enrolments"], tables["figures"]

    early = frames.enrolments(as_of=datetime(2025, 8, 15, tzinfo=UTC))
    nothing_due = early["attendance_rate_net_denominator"] == 0
    assert 0 < nothing_due.sum() < len(early)
    assert (early["attendance_rate_net"].isna() == nothing_due).all()
    for row in enrolments.itertuples():
        figure = expected[row.enrolment_id].figure("realisation_rate")
        assert row.realisation_rate == float(figure.value or 0)
        assert (row.realisation_rate_numerator, row.realisation_rate_denominator) == (
            figure.numerator,
            figure.denominator,
        )
        assert row.credited_seconds == sum(expected[row.enrolment_id].credited_seconds.values())
    wide = enrolments.set_index("enrolment_id")["progression"]
    long = figures[figures["formula"] == "progression"].set_index("enrolment_id")["value"]
    pd.testing.assert_series_equal(wide, long, check_names=False)


def test_hours_by_modality_add_up_to_all_hours(tables: dict[str, pd.DataFrame]) -> None:
    enrolments = tables["enrolments"]

    for name in ("planned_seconds", "waived_seconds", "due_seconds", "credited_seconds"):
        parts = [f"{name}_{modality}" for modality in ("in_person", "sync_remote", "async", "workplace")]
        assert (enrolments[parts].sum(axis=1) == enrolments[name]).all()


def test_attendance_says_who_was_expected_where_and_when(tables: dict[str, pd.DataFrame]) -> None:
    attendance = tables["attendance"]

    assert attendance[["person_id", "session_id", "starts_at"]].notna().all().all()
    lasts = (attendance["ends_at"] - attendance["starts_at"]).dt.total_seconds()
    assert (lasts == attendance["planned_seconds"]).all()
    assert (attendance["starts_at"].dt.tz_localize(None).dt.normalize() == attendance["day"]).all()
    assert {"PRESENT", "ABSENT_JUSTIFIED"} <= set(attendance["presence"].unique())


def test_sessions_narrow_every_table_of_facts(frames: Frames, tables: dict[str, pd.DataFrame]) -> None:
    session = tables["sessions"]["session_id"].iloc[0]
    enrolments = set(frames.enrolments([session])["enrolment_id"])

    assert set(frames.enrolments(session)["session_id"]) == {session}
    for name in FACTS:
        narrowed = table_of(frames, name, sessions=[session])
        assert 0 < len(narrowed) < len(tables[name]), name
        assert set(narrowed["enrolment_id"]) <= enrolments


def test_a_session_that_is_not_on_record_is_refused_and_near_ones_are_named(frames: Frames) -> None:
    session = frames.sessions()["session_id"].iloc[0]

    with pytest.raises(NotFound, match=f"{session}x.*Near: .*{session}"):
        frames.days([session, f"{session}x"])


def test_an_instant_without_a_time_zone_is_refused(frames: Frames) -> None:
    with pytest.raises(InvalidRequest) as refused:
        frames.enrolments(as_of=datetime(2025, 10, 1))  # noqa: DTZ001 - what is refused

    assert refused.value.problems[0].pointer == "/as_of"


def test_days_of_a_range_have_both_its_ends(frames: Frames, tables: dict[str, pd.DataFrame]) -> None:
    days = tables["days"]["day"].dt.date
    first, last = sorted(days.unique())[2], sorted(days.unique())[9]

    narrowed = frames.days(since=first, until=last)["day"].dt.date

    assert (narrowed.min(), narrowed.max()) == (first, last)
    assert len(narrowed) == ((days >= first) & (days <= last)).sum()


def test_as_of_an_earlier_instant_frames_say_what_was_known_then(
    frames: Frames, tables: dict[str, pd.DataFrame]
) -> None:
    then = datetime(2025, 10, 1, tzinfo=UTC)

    before, now = frames.enrolments(as_of=then), tables["enrolments"]

    assert (before["as_of"] == then).all()
    assert 0 < before["credited_seconds"].sum() < now["credited_seconds"].sum()
    assert frames.days(as_of=then)["day"].dt.date.max() <= date(2025, 10, 1)
    assert frames.as_of() > then


def test_chunks_are_the_whole_piece_by_piece(frames: Frames, tables: dict[str, pd.DataFrame]) -> None:
    whole = tables["statements"]

    pieces = list(frames.chunks("statements", rows=1_000))

    assert {len(piece) for piece in pieces[:-1]} == {1_000}
    assert pd.concat(pieces)["statement_id"].tolist() == whole["statement_id"].tolist()
    assert all((piece.dtypes == whole.dtypes)["stored"] for piece in pieces)
    with pytest.raises(NotFound, match="no table dayz; there are statements, days"):
        next(frames.chunks("dayz"))


def test_the_log_is_in_order_and_cut_as_in_xapi(frames: Frames, tables: dict[str, pd.DataFrame]) -> None:
    whole = tables["statements"]
    start, end = whole["stored"].iloc[10], whole["stored"].iloc[200]

    part = frames.statements(since=start.to_pydatetime(), until=end.to_pydatetime())

    assert whole["position"].tolist() == list(range(len(whole)))
    assert part["position"].tolist() == list(range(11, 201))


def test_statements_say_what_their_json_says(frames: Frames) -> None:
    statements = frames.statements(everything=True)
    bodies = [json.loads(body) for body in statements["body"]]

    assert statements["statement_id"].tolist() == [body["id"] for body in bodies]
    assert statements["verb"].tolist() == [body["verb"]["id"] for body in bodies]
    said = [body.get("result", {}).get("success") for body in bodies]
    assert statements["success"].astype(object).where(statements["success"].notna(), None).tolist() == said
    scaled = [body.get("result", {}).get("score", {}).get("scaled") for body in bodies]
    assert statements["scaled"].astype(object).where(statements["scaled"].notna(), None).tolist() == scaled
    assert statements["is_voided"].sum() == statements["is_voiding"].sum() > 0
    learners = statements[statements["person_id"].notna()]
    assert learners["enrolment_id"].notna().any()
    assert set(statements["role"].unique()) > {"COMPLETED", "ATTENDED", "JOINED"}


def test_nobody_s_name_or_address_is_in_a_frame_unless_it_is_asked_for(
    frames: Frames, tables: dict[str, pd.DataFrame]
) -> None:
    names = set(tables["people"]["last_name"]) - {""}
    for name in TABLES:
        if name == "people":
            continue
        text = tables[name].to_csv()
        assert "@" not in text, name
        assert not [person for person in names if f",{person}" in text], name

    assert frames.statements(everything=True)["actor"].str.contains("@").any()


def test_what_lists_statements_comes_on_request(frames: Frames) -> None:
    assert "statement_ids" not in frames.days().columns

    days = frames.days(everything=True)

    assert (days["statement_ids"].list.len() == days["statement_count"]).all()


def test_frames_of_one_organisation_hold_nothing_of_another(furnished: Services, frames: Frames) -> None:
    neighbour = Organisations(furnished.store, furnished.clock).find_or_create("voisin", "Voisin")
    furnished.credentials.seed(neighbour.number, "lms-voisin", "un-secret-seulement-pour-les-essais")
    caller = furnished.credentials.authenticate_basic("lms-voisin", "un-secret-seulement-pour-les-essais")
    statement = (
        b'{"actor": {"mbox": "mailto:a@exemple.invalid"}, "verb": {"id": "https://exemple.invalid/seul"},'
        b' "object": {"id": "https://exemple.invalid/seule"}, "timestamp": "2026-01-02T08:00:00Z"}'
    )
    for _ in range(2):
        furnished.ingest.post(caller, Version.V1_0_3, statement)

    other = frames_of(furnished.store, "voisin", furnished.clock)

    own = other.statements()
    assert own["verb"].tolist() == ["https://exemple.invalid/seul"] * 2
    assert own["duplicate_of"].isna().tolist() == [True, False]
    assert own["duplicate_of"].iloc[1] == own["statement_id"].iloc[0]
    assert "https://exemple.invalid/seul" not in set(frames.statements()["verb"])
    for name in TABLES:
        if name != "statements":
            assert table_of(other, name).empty, name
    with pytest.raises(NotFound, match="no organisation called voisine"):
        frames_of(furnished.store, "voisine", furnished.clock)


def test_records_that_changed_are_read_again(furnished: Services, frames: Frames) -> None:
    first = frames.reader.records()

    assert frames.reader.records() is first
    earlier = frames.reader.records(furnished.clock.now_micros() - timedelta(days=300) // timedelta(microseconds=1))
    assert earlier.sessions.keys() == first.sessions.keys()
