from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.documents.document import LARGEST_BYTES, Document, entity_tag, parse_document
from lrs.errors import InvalidRequest, TooLarge


@given(st.binary())
def test_the_entity_tag_is_sha_1_in_lower_case_hexadecimal(body):
    assert entity_tag(body) == hashlib.sha1(body).hexdigest()  # noqa: S324 - the standard's choice


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/json;charset=utf-8", True),
        ("application/jsonp", False),
        ("application/vnd.x+json", False),
        ("text/json", False),
        ("not/json", False),
    ],
)
def test_json_is_known_by_its_media_type_alone(content_type, is_json):
    assert Document(content_type, b"").is_json is is_json


def test_the_content_type_is_kept_as_sent():
    assert parse_document("Text/Plain; charset=ISO-8859-1", b"\xe9").content_type == "Text/Plain; charset=ISO-8859-1"


def test_a_document_without_content_type_is_bytes():
    assert parse_document("", b"x").content_type == "application/octet-stream"


@pytest.mark.parametrize("content_type", ["text/plain\r\nX-Evil: 1", "text/\x00", "texte/é", "a" * 300])
def test_a_content_type_that_no_header_can_hold_is_refused(content_type):
    with pytest.raises(InvalidRequest) as refusal:
        parse_document(content_type, b"")
    assert refusal.value.problems[0].pointer == "header:Content-Type"


def test_a_document_larger_than_a_record_is_refused_and_the_largest_is_taken():
    assert len(parse_document("a/b", bytes(LARGEST_BYTES)).body) == LARGEST_BYTES
    with pytest.raises(TooLarge, match=str(LARGEST_BYTES)):
        parse_document("a/b", bytes(LARGEST_BYTES + 1))
