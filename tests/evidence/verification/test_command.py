"""`assidu verify`: French for people, JSON for programs, an exit status for scripts; and the example of the docs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding

from assidu.cli import main
from evidence.verification.attachment import open_pdf, read_evidence
from tests.evidence.verification.conftest import Sealed

PAGE = Path(__file__).parents[3] / "docs" / "verification.md"


@pytest.fixture
def files(sealed: Sealed, tmp_path: Path) -> dict[str, str]:
    pem = sealed.trust.seals[0].public_bytes(Encoding.PEM)
    changed = sealed.pdf[:30_000] + bytes((sealed.pdf[30_000] ^ 1,)) + sealed.pdf[30_001:]
    given = {"good.pdf": sealed.pdf, "changed.pdf": changed, "root.pem": pem, "other.txt": b"un texte"}
    for name, data in given.items():
        (tmp_path / name).write_bytes(data)
    return {name: str(tmp_path / name) for name in given}


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["verify", *arguments])


def test_a_document_that_holds_ends_with_0_and_says_each_step(files: dict[str, str]):
    done = verify(files["good.pdf"], "--trust", files["root.pem"])

    assert done.exit_code == 0, done.output
    assert done.output.count("VÉRIFIÉ") == 10
    assert "Tout ce qui devait être vérifié l’est." in done.output
    assert "non qualifié" in done.output


def test_one_that_does_not_ends_with_1_and_names_the_first_step(files: dict[str, str]):
    done = verify(files["changed.pdf"], "--trust", files["root.pem"])

    assert done.exit_code == 1
    assert "La première étape qui ne tient pas est la 1\u00a0: Le fichier est, à l’octet près" in done.output


def test_what_cannot_be_read_ends_with_2_and_what_cannot_all_be_checked_with_3(files: dict[str, str]):
    assert verify(files["other.txt"]).exit_code == 2
    assert verify(files["good.pdf"]).exit_code == 3
    assert verify(files["good.pdf"], "--trust", files["other.txt"]).exit_code != 0


def test_json_has_every_step_with_its_verdict(files: dict[str, str]):
    done = verify(files["changed.pdf"], "--json")

    said = json.loads(done.output)
    assert (said["format"], said["kind"], said["outcome"]) == ("assidu-verification/1", "document", "does_not_hold")
    assert said["first_failure"] == "seal.intact"
    assert [step["number"] for step in said["steps"]] == list(range(1, 11))


def test_the_example_in_the_docs_checks_a_real_document_and_notices_a_changed_letter(sealed: Sealed, tmp_path: Path):
    found = re.search(r"<!-- example: verifier -->\n```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    script, evidence = tmp_path / "verifier.py", tmp_path / "evidence.json"
    script.write_text(found[1])
    data = read_evidence(open_pdf(sealed.pdf))

    evidence.write_bytes(data)
    good = subprocess.run([sys.executable, script, evidence], capture_output=True, text=True, check=False)
    evidence.write_bytes(data.replace(b"PT12600S", b"PT12601S", 1))
    bad = subprocess.run([sys.executable, script, evidence], capture_output=True, text=True, check=False)

    assert good.stdout.startswith("5 statements are in essai.fr/ledger/"), good.stderr
    assert bad.returncode != 0
    assert "AssertionError" in bad.stderr
