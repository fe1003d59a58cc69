"""docs/ledger.md: its verifier accepts its example, as ours does, and nothing else."""

from __future__ import annotations

import copy
import json
import re
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.ledger import (
    ConsistencyProof,
    InclusionProof,
    VerifierKey,
    open_checkpoint,
    verify_consistency,
    verify_inclusion,
)

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "ledger.md").read_text()


def example(name: str) -> str:
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


DATA: dict[str, Any] = json.loads(example("data"))


@pytest.fixture(scope="module")
def check() -> Callable[[dict[str, Any]], None]:
    """The verifier that readers are given, run as it stands there."""
    names: dict[str, Any] = {}
    exec(compile(example("verifier"), "docs/ledger.md", "exec"), names)  # noqa: S102 - our own page
    found: Callable[[dict[str, Any]], None] = names["check"]
    return found


def test_the_page_s_verifier_accepts_the_page_s_example(check: Callable[[dict[str, Any]], None]):
    check(DATA)


def test_ours_accepts_it_too():
    key = VerifierKey.parse(DATA["verifier_key"])
    kept, head = (open_checkpoint(DATA[name].encode(), key) for name in ("kept", "checkpoint"))
    statement = DATA["statement"]
    leaf = sha256(b"\x00" + b64decode(statement["salt"]) + statement["text"].encode()).digest()
    path = tuple(b64decode(value) for value in statement["path"])

    verify_inclusion(leaf, InclusionProof(statement["position"], head.size, path), head.root)

    proof = ConsistencyProof(kept.size, head.size, tuple(b64decode(value) for value in DATA["consistency"]))
    verify_consistency(proof, kept.root, head.root)


@given(data=st.data())
def test_the_page_s_verifier_accepts_nothing_that_was_changed(check: Callable[[dict[str, Any]], None], data):
    changed = copy.deepcopy(DATA)
    target, key = data.draw(
        st.sampled_from([
            (changed, "verifier_key"), (changed, "kept"), (changed, "checkpoint"), (changed["statement"], "text"),
            (changed["statement"]["path"], 1), (changed["consistency"], 2),
        ])
    )  # fmt: skip
    text = target[key]
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii", exclude_characters=text[at]))
    target[key] = text[:at] + other + text[at + 1 :]
    with pytest.raises(Exception):  # noqa: B017 - which one is the page's business
        check(changed)
