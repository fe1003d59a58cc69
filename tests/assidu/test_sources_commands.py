"""`assidu sources`, `import-from` and `pull`, as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assidu.cli import main
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.training.sources.conftest import school  # noqa: F401 - a fixture
from tests.training.sources.school import FOLDER, READERS


@pytest.fixture
def assidu(services: Services, school: OrganisationId) -> Any:  # noqa: F811 - the fixture
    """Call a command over the test's services."""
    slug = Organisations(services.store, services.clock).get(school).slug

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, [*words, "--organisation", slug], obj=services)

    return call


def test_a_source_is_settled_a_file_tried_then_recorded_and_listed(assidu: Any, tmp_path: Path):
    settled = tmp_path / "badgeuse.json"
    plain = {"kind": "badge", "title": "Badgeuse", "session_id": "janvier", "home_page": READERS}
    settled.write_text(json.dumps(plain), "utf-8")
    assert "badgeuse: badge" in assidu("sources", "put", "badgeuse", str(settled)).output
    file = str(FOLDER / "badges-entrees-sorties.csv")

    told = assidu("import-from", "badgeuse", file, "--dry-run")
    done = assidu("import-from", "badgeuse", file)

    assert (told.exit_code, "5 would be stored" in told.output) == (0, True), told.output
    assert (done.exit_code, "5 stored" in done.output) == (0, True), done.output
    assert "badgeuse" in assidu("sources", "list").output
    assert "done" in assidu("sources", "runs", "badgeuse").output


def test_what_is_wrong_is_lines_for_a_person_and_the_exit_status(assidu: Any, tmp_path: Path):
    settled = tmp_path / "papier.json"
    settled.write_text(json.dumps({"kind": "paper", "title": "Papier", "session_id": "janvier"}), "utf-8")
    assidu("sources", "put", "papier", str(settled))
    file = tmp_path / "papier.csv"
    file.write_text("nom complet;06/01/2026 matin\nLéa Martin;peut-être\n", "utf-8")

    refused = assidu("import-from", "papier", str(file), "--certified-by", "anne")

    assert refused.exit_code == 1
    assert "line 2, 06/01/2026 matin" in refused.output
    assert assidu("pull", "papier").exit_code == 1
