"""The documents say what is there: routes, refusals, fields; and what they tell people to type works."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lrs.caller import Caller
from lrs.http.errors import STATUS
from lrs.services import Services
from lrs.versions import Version

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
README = (ROOT / "README.md").read_text()


def test_every_refusal_stands_in_the_architecture_with_its_status() -> None:
    for error, status in STATUS.items():
        assert f"| `{error.__name__}` | {status.value} |" in ARCHITECTURE, error


def test_every_route_stands_in_the_architecture(app: Flask) -> None:
    documented = re.findall(r"`(/[^`]*)`", ARCHITECTURE)
    exact = {path for path in documented if "…" not in path}
    below = tuple(path.removesuffix("…") for path in documented if path.endswith("…"))

    missing = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if (rule.rule.rstrip("/") or "/") not in exact and not rule.rule.startswith((*below, "/api/docs/", "/static/"))
    ]

    assert not missing


def test_every_field_of_a_stored_statement_stands_in_the_architecture(services: Services, caller: Caller) -> None:
    everything = {
        "actor": {"mbox": "mailto:a@exemple.invalid"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": "8f87ccde-bb56-4c2e-ab83-44982ef22df0"},
        "result": {"success": True, "completion": True, "score": {"scaled": 1}, "duration": "PT1S"},
        "context": {"registration": "8f87ccde-bb56-4c2e-ab83-44982ef22df1"},
        "timestamp": "2026-01-01T00:00:00Z",
    }
    for statement in (everything, everything):
        services.ingest.post(caller, Version.V1_0_3, json.dumps(statement).encode())
    documented = set(re.findall(r"`(\w+)`", ARCHITECTURE.partition("## The stored form")[2].partition("\n## ")[0]))

    stored = {name for row in services.store.collection("statements").find() for name in row}

    assert stored <= documented
    assert {"ref", "dup", "e", "vd", "du"} <= stored


def test_the_readme_s_line_stores_a_statement(client: FlaskClient, auth: dict[str, str]) -> None:
    line = re.search(r"^curl .*?^  }'$", README, re.DOTALL | re.MULTILINE)
    assert line is not None
    words = shlex.split(line.group().replace("\\\n", " "))
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    path = next(word for word in words if word.startswith("http")).partition("8080")[2]

    answer = client.post(path, data=words[words.index("-d") + 1], headers={**headers, **auth})

    assert answer.status_code == 200, answer.text
    assert len(answer.get_json()) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(((?!https?:)[^)#]+)\)", page.read_text())

    missing = [target for target in targets if not (page.parent / target).exists()]

    assert not missing


def test_the_senders_page_names_only_options_that_exist() -> None:
    from assidu.commands.credentials import group

    create = group.commands["create"]
    known = {option for parameter in create.params for option in parameter.opts}
    text = (ROOT / "docs" / "senders.md").read_text()
    used = {word for word in re.findall(r"(?<![-\w])--[a-z][a-z-]+", text) if word != "--credential"}

    assert used <= known
