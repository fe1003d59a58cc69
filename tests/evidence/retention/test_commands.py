"""`assidu retention`, `assidu erase` and `assidu dossier`, as somebody at a terminal uses them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assidu.cli import main
from tests.analytics.store.campus import statement_id
from tests.evidence.retention.conftest import YEAR, Office


@pytest.fixture
def sent(office: Office) -> Office:
    office.send(office.says("completed"), office.says("viewed", minute=3))
    office.work()
    return office


def assidu(office: Office, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--organisation", "essai"], obj=office.services)


def test_erasing_says_first_what_would_go_and_a_hold_stops_it(sent: Office) -> None:
    asked = ("erase", "--person", "lea", "--ground", "request", "--reason", "demande")
    held = assidu(sent, "retention", "hold", "--on", "person", "--id", "lea", "--reason", "litige")
    assert held.exit_code == 0, held.output

    dry = assidu(sent, *asked, "--dry-run")
    refused = assidu(sent, *asked)

    assert "2 statements" in dry.output
    assert "Gel juridique" in dry.output
    assert refused.exit_code == 1
    assert "Nothing was erased" in refused.output
    assert assidu(sent, "retention", "holds").output.strip().endswith("litige")
    assert assidu(sent, "retention", "release", held.output.strip(), "--reason", "clos").exit_code == 0
    done = assidu(sent, *asked)
    assert (done.exit_code, "Erased: 2 statements" in done.output) == (0, True), done.output
    assert sent.left() == set()


def test_statements_are_erased_by_the_ids_in_a_file(sent: Office, tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    ids.write_text(f"{statement_id(2)}\n\n")

    done = assidu(sent, "erase", "--statements", str(ids), "--ground", "mistake", "--reason", "doublon")

    assert done.exit_code == 0, done.output
    assert sent.left() == {statement_id(1)}
    ids.write_text("pas un identifiant\n")
    assert assidu(sent, "erase", "--statements", str(ids), "--ground", "mistake", "--reason", "x").exit_code == 1


def test_a_forecast_and_a_run_say_what_goes(sent: Office) -> None:
    sent.pass_time(3 * YEAR)

    forecast = assidu(sent, "retention", "forecast")
    assert "2 of retention.traces" in forecast.output
    assert sent.left()
    run = assidu(sent, "retention", "run", "--reason", "purge")

    assert (run.exit_code, "2 statements erased" in run.output) == (0, True), run.output
    assert sent.left() == set()


def test_a_dossier_is_written_whole_or_not_at_all(sent: Office, tmp_path: Path) -> None:
    target = tmp_path / "e1.zip"

    made = assidu(sent, "dossier", "--enrolment", "e1", "--purpose", "audit", "-o", str(target))

    assert made.exit_code == 0, made.output
    assert zipfile.ZipFile(target).testzip() is None
    assert [path.name for path in tmp_path.iterdir()] == ["e1.zip"]
    missing = assidu(sent, "dossier", "--enrolment", "nobody", "--purpose", "audit", "-o", str(tmp_path / "no.zip"))
    assert missing.exit_code == 1
    assert not (tmp_path / "no.zip").exists()
    assert assidu(sent, "dossier", "--purpose", "audit").exit_code == 2
