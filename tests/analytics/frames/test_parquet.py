"""Parquet files: the frames' own tables, by organisation and month, each whole or not there, readable by others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from analytics.frames import Frames
from analytics.frames.parquet import Export, Months, export
from analytics.frames.parquet.months import NO_MONTH
from analytics.frames.tables import TABLES
from assidu.cli import main
from lrs.errors import Conflict, InvalidRequest
from lrs.services import Services

BY_MONTH = [name for name in TABLES if name not in ("people", "activities")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, frames: Frames) -> Path:
    """An export of everything."""
    path = tmp_path_factory.mktemp("export")
    report = Export(path, frames).run()
    assert report.files == len(list(path.rglob("*.parquet")))
    return path


def table_at(folder: Path, name: str) -> pd.DataFrame:
    return ds.dataset(folder / name, partitioning="hive").to_table().to_pandas()


def run(furnished: Services, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["export-parquet", *arguments], obj=furnished)


def test_every_row_of_every_table_is_exported_once(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    for name in (*BY_MONTH, "activities"):
        found = table_at(folder, name)
        assert len(found) == len(tables[name]) > 0, name
        assert set(found.columns) == {*tables[name].columns, "organisation"} | ({"month"} & set(found.columns)), name
    found = table_at(folder, "statements")
    assert sorted(found["statement_id"]) == sorted(tables["statements"]["statement_id"])
    assert table_at(folder, "days")["credited_seconds"].sum() == tables["days"]["credited_seconds"].sum()
    assert not (folder / "people").exists()


def test_each_file_holds_the_rows_of_its_month(folder: Path) -> None:
    for name in ("days", "attendance", "anomalies"):
        found = table_at(folder, name)
        assert (pd.to_datetime(found["day"]).dt.strftime("%Y-%m") == found["month"].astype(str)).all(), name
    statements = table_at(folder, "statements")
    assert statements["month"].nunique() > 3
    assert (statements["stored"].dt.tz_convert("UTC").dt.strftime("%Y-%m") == statements["month"].astype(str)).all()
    enrolments = table_at(folder, "enrolments")
    assert (pd.to_datetime(enrolments["starts_on"]).dt.strftime("%Y-%m") == enrolments["month"].astype(str)).all()


def test_duckdb_reads_them_with_their_types(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    days = tables["days"]
    with duckdb.connect() as database:
        hours = database.execute(
            "SELECT month, sum(credited_seconds) / 3600 AS hours, min(first_at) AS first "
            "FROM read_parquet(?, hive_partitioning = true) "
            "WHERE organisation = 'cap-horizon' AND credited_confidence IS NOT NULL GROUP BY month ORDER BY month",
            [f"{folder}/days/**/*.parquet"],
        ).fetchall()

    expected = days[days["credited_confidence"].notna()].groupby(days["day"].dt.strftime("%Y-%m"))["credited_seconds"]
    assert [month for month, *_ in hours] == list(expected.groups)
    assert [total for _, total, _ in hours] == pytest.approx((expected.sum() / 3600).tolist())
    assert all(first is None or first.tzinfo is not None for *_, first in hours)


def test_polars_reads_them_with_their_types(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    found = pl.scan_parquet(f"{folder}/enrolments/**/*.parquet", hive_partitioning=True).collect()

    assert found.height == len(tables["enrolments"])
    assert found["credited_seconds"].sum() == tables["enrolments"]["credited_seconds"].sum()
    assert found.schema["realisation_rate"] == pl.Float64
    assert isinstance(found.schema["as_of"], pl.Datetime)
    assert found["organisation"].unique().to_list() == ["cap-horizon"]


def test_files_say_what_they_are_and_what_their_columns_hold(folder: Path) -> None:
    schema = pq.read_schema(next((folder / "days").rglob("*.parquet")))

    assert schema.metadata[b"assidu.organisation"] == b"cap-horizon"
    assert schema.metadata[b"assidu.table"] == b"days"
    assert schema.field("day").metadata == {b"meaning": b"The local day, in the session's time zone."}


def test_only_the_months_asked_for_are_written(tmp_path: Path, frames: Frames, folder: Path) -> None:
    Export(tmp_path, frames, Months("2025-09", "2025-10")).run()

    for name in BY_MONTH:
        whole = {path.parent.name: path for path in (folder / name).rglob("*.parquet")}
        months = {path.parent.name: path for path in (tmp_path / name).rglob("*.parquet")}
        assert set(months) == {month for month in whole if "month=2025-09" <= month <= "month=2025-10"}, name
        for month, path in months.items():
            assert pq.read_metadata(path).num_rows == pq.read_metadata(whole[month]).num_rows


@pytest.mark.parametrize(
    ("since", "until", "pointer"),
    [("2026-13", None, "/since"), ("mars", "2026", "/since"), ("2026-03", "2026-02", "/until")],
)
def test_what_is_no_range_of_months_is_refused(since: str, until: str | None, pointer: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        Months(since, until)

    assert refused.value.problems[0].pointer == pointer


def test_months_end_where_the_next_begin() -> None:
    assert Months("2025-12", "2025-12").days() == (date(2025, 12, 1), date(2026, 1, 1))
    assert Months().hold(NO_MONTH)
    assert not Months("2025-12").hold(NO_MONTH)


class Cut(Exception):
    """The process ends here."""


@pytest.mark.parametrize("after", [0, 3, 8])
def test_cut_off_anywhere_an_export_goes_on_and_what_is_in_place_is_whole(
    tmp_path: Path, frames: Frames, folder: Path, after: int
) -> None:
    told = iter(range(after))

    def shown(_table: str, _rows: int) -> None:
        if next(told, None) is None:
            raise Cut

    with pytest.raises(Cut):
        Export(tmp_path, frames, shown=shown).run()
    in_place = {path: path.stat().st_ino for path in tmp_path.glob("*/**/part.parquet")}
    for path in in_place:
        assert pq.read_metadata(path).num_rows > 0

    report = Export(tmp_path, frames).run(resume=True)

    names = {path.relative_to(folder) for path in folder.rglob("*.parquet")}
    assert {path.relative_to(tmp_path) for path in tmp_path.rglob("*.parquet")} == names
    assert report.files == len(names) - sum(path.stat().st_ino == kept for path, kept in in_place.items())
    for name in (*BY_MONTH, "activities"):
        assert len(table_at(tmp_path, name)) == len(table_at(folder, name)), name
    assert not list((tmp_path / ".assidu").iterdir())


def test_going_on_with_an_export_of_other_months_is_refused(tmp_path: Path, frames: Frames) -> None:
    def shown(_table: str, _rows: int) -> None:
        raise Cut

    with pytest.raises(Cut):
        Export(tmp_path, frames, Months("2025-09"), shown).run()

    with pytest.raises(Conflict, match="other months"):
        Export(tmp_path, frames).run(resume=True)
    (tmp_path / ".assidu" / "cap-horizon.json").write_text("{")
    with pytest.raises(Conflict, match="cannot be read"):
        Export(tmp_path, frames).run()


def test_a_month_that_has_lost_its_rows_loses_its_file(tmp_path: Path, frames: Frames) -> None:
    Export(tmp_path, frames, Months("2025-12")).run()
    for name in ("days", "statements"):
        stray = tmp_path / name / "organisation=cap-horizon" / "month=2031-01" / "part.parquet"
        stray.parent.mkdir(parents=True)
        stray.write_bytes(b"")
    other = tmp_path / "days" / "organisation=voisin" / "month=2031-01" / "part.parquet"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"")

    report = Export(tmp_path, frames, Months("2025-12")).run()

    assert report.removed == 2
    assert sorted(path.parent.parent.name for path in tmp_path.rglob("month=2031-01/part.parquet")) == [
        "organisation=voisin"
    ]


def test_rows_wait_only_until_there_are_too_many(
    tmp_path: Path, frames: Frames, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "HELD_ROWS", 50)
    written: list[int] = []

    Export(tmp_path, frames, shown=lambda table, rows: written.append(rows) if table == "days" else None).run()

    assert max(written) <= 50
    found, expected = table_at(tmp_path, "days"), table_at(folder, "days")
    assert len(found) == len(expected)
    assert found["credited_seconds"].sum() == pytest.approx(expected["credited_seconds"].sum())


def test_the_command_exports_one_organisation(tmp_path: Path, furnished: Services) -> None:
    ran = run(furnished, str(tmp_path), "--organisation", "cap-horizon", "--since", "2025-12")

    assert ran.exit_code == 0, ran.output
    assert "files written" in ran.output
    assert {path.name for path in tmp_path.iterdir()} >= {"statements", "days", "enrolments"}
    assert {path.name for path in tmp_path.glob("*/organisation=*")} == {"organisation=cap-horizon"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--organisation", "cap-horizont"), "There is no organisation called cap-horizont."),
        (("--organisation", "cap-horizon", "--since", "2025"), "2025 is not a month. year and month, as in 2026-03"),
    ],
)
def test_the_command_says_what_is_wrong(
    tmp_path: Path, furnished: Services, arguments: tuple[str, ...], said: str
) -> None:
    ran = run(furnished, str(tmp_path / "export"), *arguments)

    assert ran.exit_code == 1
    assert said in ran.output
    assert not (tmp_path / "export").exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, furnished: Services) -> None:
    (tmp_path / "statements").write_text("a file where a folder belongs")

    ran = run(furnished, str(tmp_path), "--organisation", "cap-horizon")

    assert ran.exit_code == 1
    assert "--resume goes on" in ran.output
