"""The page on virtual classes says what there is, and its statement is one that counts."""

from __future__ import annotations

import json
import re
from pathlib import Path

from schemas.loader import compiled
from training.http.meetings import MeetingReportQuerySchema
from training.meetings import vocabulary
from training.meetings.formats import vocabulary as formats
from training.meetings.matching import MatchedBy

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "meetings.md").read_text("utf-8")


def test_every_parameter_tool_and_way_of_matching_is_on_the_page():
    named = {*MeetingReportQuerySchema().fields, *(item.title for item in formats().formats)}
    named |= {f"(`{by}`)" for by in MatchedBy if by is not MatchedBy.DECISION}
    assert [name for name in sorted(named) if name not in PAGE] == []


def test_the_page_s_statement_counts_and_one_that_lacks_what_it_asks_for_does_not():
    block = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    statement = json.loads(block[1])
    stay = compiled("virtual_classroom/stay.json")
    assert stay.is_valid(statement)
    for member in ("registration", "extensions", "contextActivities"):
        context = {name: value for name, value in statement["context"].items() if name != member}
        assert not stay.is_valid({**statement, "context": context}), member
    assert not stay.is_valid({**statement, "verb": {"id": "http://adlnet.gov/expapi/verbs/attended"}})


def test_the_schema_and_what_we_write_name_the_same_things():
    schema = (Path(__file__).resolve().parents[3] / "schemas" / "virtual_classroom" / "stay.json").read_text("utf-8")
    for iri in (vocabulary.CATEGORY, vocabulary.CLASSROOM, vocabulary.SESSION_ID, vocabulary.JOIN["id"]):
        assert f'"{iri}"' in schema
        assert iri in PAGE
