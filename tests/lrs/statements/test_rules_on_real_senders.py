"""What real senders' statements are refused for, folder by folder: each refusal is one the standard demands.

The statements belong to others and are not in the repository: they are read where they lie.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lrs.statements.rules import statement_problems
from lrs.versions import Version

STATEMENTS = Path(
    os.environ.get("ASSIDU_TEST_STATEMENTS", Path(__file__).parents[4] / "shared" / "data" / "statements")
)

# What each folder is refused for, sent as 1.0.3: (pointer, with * for a place in a list; requirement) -> times.
# - `mailto:null` holds no e-mail address; the form asked for is "mailto:email address" (Part Two 2.4.2.3).
# - `GroupActivity` is a word of nobody's vocabulary (2.4.4); a UUID or a sentence is no IRI (2.2: "without a scheme").
# - `extensions` belong to an Activity's definition, not to the Activity (4.1; 2.2: "a key not allowed").
REFUSED: dict[str, tuple[int, int, dict[tuple[str, str], int]]] = {
    "adl_public_lrs_2014": (577, 19, {("/actor/mbox", "XAPI-00038"): 19}),
    "adl_scorm_profile": (36, 0, {}),
    "datasim_tccc": (2814, 0, {}),
    "gaiax_common": (2, 0, {}),
    "gaiax_lms": (8, 0, {}),
    "gaiax_virtual_classroom": (11, 0, {}),
    "jisc_vle_recipe": (
        8,
        2,
        {("/object/definition/moreInfo", "XAPI-00061"): 1, ("/object/extensions", "XAPI-00010"): 1},
    ),
    "moodle_logstore_xapi": (95, 0, {}),
    "openedx_event_routing_backends": (
        46,
        12,
        {
            ("/context/contextActivities/parent/*/objectType", "XAPI-00046"): 7,
            ("/context/contextActivities/grouping/*/id", "XAPI-00047"): 3,
            ("/object/objectType", "XAPI-00046"): 2,
        },
    ),
}

pytestmark = pytest.mark.skipif(
    not STATEMENTS.is_dir(), reason=f"No real senders' statements to test with: {STATEMENTS} is not there"
)


def statements(folder: str) -> Iterator[Any]:
    for path in sorted(STATEMENTS.joinpath(folder).rglob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        yield from found if isinstance(found, list) else [found]


def test_every_folder_is_accounted_for():
    assert {each.name for each in STATEMENTS.iterdir() if each.is_dir()} == set(REFUSED)


@pytest.mark.parametrize("folder", sorted(REFUSED))
def test_a_folder_is_refused_for_what_the_standard_forbids_and_nothing_else(folder):
    count, refused, reasons = REFUSED[folder]
    answers = [statement_problems(statement, Version.V1_0_3) for statement in statements(folder)]
    assert len(answers) == count
    assert sum(bool(problems) for problems in answers) == refused
    found = Counter(
        (re.sub(r"/\d+(?=/|$)", "/*", each.pointer), each.requirement) for problems in answers for each in problems
    )
    assert found == reasons
    assert all(each.accepted and each.message for problems in answers for each in problems)


@pytest.mark.parametrize("folder", sorted(REFUSED))
def test_no_refusal_repeats_an_identity(folder):
    for statement in statements(folder):
        actor = statement["actor"]
        secrets = [actor.get("name"), actor.get("mbox"), actor.get("account", {}).get("name")]
        for problem in statement_problems(statement, Version.V1_0_3):
            words = problem.message + problem.accepted
            assert not [secret for secret in secrets if secret and secret in words]
