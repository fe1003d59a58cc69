"""The pages of sources speak French, whatever a reader of files says in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from playwright.sync_api import expect

import training.sources
from dashboards.pages.administrator.source_lines import (
    activities_of,
    activity_lines,
    column_lines,
    columns_of,
    value_lines,
    values_of,
)
from dashboards.pages.administrator.source_problems import line_words
from dashboards.views.administration.health import read_health
from dashboards.views.administration.sources import change_source, make_source, read_source
from dashboards.words import Words
from lrs.clock import to_datetime
from lrs.errors import InvalidRequest
from lrs.organisations import Organisations
from lrs.services import Services
from tests.dashboards.administrator.conftest import LensOf, SignIn
from tests.dashboards.school import RUNNING
from training.records import Modality
from training.records.ids import SessionId
from training.sources.definition import parse_source
from training.sources.schedules import Schedules
from training.sources.store import Sources
from training.store import RecordReader

FOLDER = Path(str(training.sources.__file__)).parent
# What is said of a source's own definition stands beside its field, in the field's own words.
ELSEWHERE = {"definition.py", "store.py", "remote.py"}
GENERAL = "Ceci ne peut pas être pris."
_MESSAGE = re.compile(r"[A-Z].* .*[.:]$")


def messages() -> Iterator[str]:
    """Yield every sentence of the readers that is no docstring; what is put into one is a number."""
    for file in FOLDER.rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        told = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree) if file.name not in ELSEWHERE else ():
            text = ""
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                text = node.value
            elif isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
            if _MESSAGE.match(text) and "{" not in text:
                yield text


def test_every_problem_of_a_file_has_its_words_in_french():
    said = {text: line_words(Words("fr", {}), text) for text in messages()}
    assert len(said) > 80
    missing = sorted(text for text, french in said.items() if french == GENERAL)
    assert [text for text in missing if not text.startswith(("Something else", "This shows no presence"))] == []


def test_what_is_typed_is_what_is_kept_and_shown_again():
    columns, words = "account = N° carte\ntime = Passage", "direction : E = in\npresence : Là = PRESENT"
    activities = "Test 1 = https://lms.exemple.fr/1 ; 20 ; 0.5"
    typed = {"columns": columns, "values": words, "activities": activities}
    plain = {
        "kind": "badge", "title": "x", "columns": columns_of(typed), "values": values_of(typed),
        "activities": activities_of(typed),
    }  # fmt: skip

    source = parse_source("x", plain)

    assert (column_lines(source), value_lines(source), activity_lines(source)) == (columns, words, activities)


def test_a_file_is_tried_somebody_decided_and_recorded(as_role: SignIn, services: Services, tmp_path: Path):
    organisation = Organisations(services.store, services.clock).get_by_slug("essai").number
    plain = {"kind": "badge", "title": "Badgeuse de Lyon", "session_id": RUNNING, "home_page": "https://b.exemple.fr"}
    Sources(services.store, services.clock, services.ids).put(organisation, parse_source("badgeuse", plain), "essai")
    records = RecordReader(services.store, services.clock).records(organisation)
    now = to_datetime(services.clock.now_micros())
    held = [slot for slot in records.slots_of(SessionId(RUNNING)) if slot.mode is Modality.IN_PERSON]
    slot = next(slot for slot in held if slot.ends_at < now and slot.cancelled is None)
    start, end = (f"{at.astimezone(UTC):%Y-%m-%d %H:%M}Z" for at in (slot.starts_at, slot.ends_at))
    file = tmp_path / "passages.csv"
    file.write_text(f"badge;entrée;sortie\n5150;{start};{end}\n", "utf-8")
    seen = as_role()
    seen.go("settings/sources")
    seen.page.get_by_role("link", name="Badgeuse de Lyon").click()
    expect(seen.page.get_by_text("Aucune reprise pour l’instant.")).to_be_visible()
    seen.page.locator(".upload input").set_input_files(file)
    expect(seen.page.get_by_text("Fichier choisi")).to_be_visible()
    seen.page.get_by_role("button", name="Vérifier").click()
    expect(seen.page.get_by_role("heading", name="Qui est-ce")).to_be_visible()
    assert seen.axe() == []

    seen.page.get_by_role("textbox", name="Ligne 2").click()
    seen.page.get_by_role("option", name="ne compte pas").click()
    seen.page.get_by_role("button", name="Enregistrer", exact=True).click()

    expect(seen.page.locator(".notice.good")).to_contain_text("Lignes laissées")
    expect(seen.page.get_by_text("terminée")).to_be_visible()
    seen.assert_no_console_errors()


def test_a_secret_is_asked_for_again_with_another_address_and_saving_has_pulls_go_on(
    lens_of: LensOf, services: Services
):
    lens = lens_of()
    organisation = lens.viewer.organisation
    remote = {"endpoint": "https://lrs.exemple.fr/xapi", "key": "moi", "every_minutes": 30}
    name = make_source(lens, "statements", "Ailleurs", "", "", remote, "un-secret").id
    sources, schedules = Sources(services.store, services.clock, services.ids), Schedules(services.store)
    sources.take(organisation, name, "worker")
    sources.leave(organisation, name, "worker")
    schedules.stopped(organisation, name, services.clock.now_micros(), "unauthorized")
    assert [check.finding for check in read_health(lens).checks if check.part == "pulls"] == ["stopped"]

    with pytest.raises(InvalidRequest) as refusal:
        change_source(lens, name, {"remote": {**remote, "endpoint": "https://ailleurs.exemple.fr/xapi"}})
    assert refusal.value.problems[0].pointer == "/remote/secret"
    assert schedules.get(organisation, name).stopped == "unauthorized"
    change_source(lens, name, {"remote": remote}, "un-autre")

    seen = read_source(lens, name).schedule
    assert seen is not None
    assert (seen.stopped, seen.has_secret, seen.every_minutes) == ("", True, 30)
    assert [check.finding for check in read_health(lens).checks if check.part == "pulls"] == ["pulled"]
