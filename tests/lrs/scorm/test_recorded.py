"""Recorded commits, and samples of our own, become the statements of the expected files."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from lrs.scorm.commit import parse_commit
from lrs.scorm.steps import step
from lrs.statements.rules import statement_problems
from lrs.versions import Version
from tests.lrs.scorm.ground import HERE, LAUNCH, MINUTE, NOW, SAMPLES, shorts

RECORDED = Path(__file__).resolve().parents[4] / "shared" / "data" / "scorm"
PAIRS = [(edition, form) for edition in ("scorm12", "scorm2004") for form in ("common", "json")]


def played(folder, edition, form):
    """The statements of a mid-session commit and of the Terminate ten minutes later."""
    track, statements, states = None, [], []
    for at, which in enumerate(("commit", "terminate")):
        recorded = json.loads((folder / f"{edition}-{form}-{which}.json").read_text())
        sent = json.dumps(recorded["body"], ensure_ascii=False).encode()
        commit = parse_commit(sent, is_end="terminate=true" in recorded["query"])
        found = step(track, LAUNCH, commit, NOW + at * 10 * MINUTE)
        track = found.track
        statements += orjson.loads(found.statements)
        states.append(found.state)
    return statements, states


@pytest.mark.parametrize(("edition", "form"), PAIRS)
def test_samples_become_the_statements_of_the_expected_file(edition, form):
    statements, states = played(SAMPLES, edition, form)

    expected = json.loads((HERE / "expected" / f"{edition}.json").read_text())

    # Ids follow from what was sent, and the two forms of one commit are not the same bytes.
    assert [{**statement, "id": ""} for statement in statements] == [{**each, "id": ""} for each in expected]
    assert json.loads(states[0])["suspend_data"] == "état=é"


@pytest.mark.parametrize(("edition", "form"), PAIRS)
def test_recorded_commits_become_the_statements_of_the_expected_file(edition, form):
    if not RECORDED.is_dir():
        pytest.skip(f"NO RECORDED COMMITS: {RECORDED} is not there; samples of our own stand in for them")

    statements, _ = played(RECORDED, edition, form)

    expected = json.loads((HERE / "expected" / f"{edition}.json").read_text())
    assert [{**statement, "id": ""} for statement in statements] == [{**each, "id": ""} for each in expected]


@pytest.mark.parametrize("edition", ["scorm12", "scorm2004"])
def test_expected_statements_keep_the_rules_of_xapi(edition):
    statements = json.loads((HERE / "expected" / f"{edition}.json").read_text())

    assert [problem for each in statements for problem in statement_problems(each, Version.V2_0_0)] == []
    assert shorts(statements)[:3] == ["initialized", "resumed", "responded interactions/" + (
        "q1" if edition == "scorm12" else "urn%3Aq1"
    )]  # fmt: skip
    assert shorts(statements)[-2:] == ["suspended", "terminated"]
    assert len({each["id"] for each in statements}) == len(statements)
