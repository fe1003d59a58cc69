from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.documents.document import entity_tag
from lrs.documents.preconditions import Preconditions, parse_preconditions
from lrs.documents.resources import ACTIVITY_PROFILE, AGENT_PROFILE, STATE
from lrs.errors import AssiduError, Conflict, InvalidRequest, PreconditionFailed
from lrs.versions import Version

HERE = entity_tag(b"here")
OTHER = entity_tag(b"other")


def outcome(if_match, if_none_match, tag):
    try:
        parse_preconditions(if_match, if_none_match).check(tag)
    except PreconditionFailed:
        return "412"
    return "ok"


@pytest.mark.parametrize(
    ("if_match", "if_none_match", "tag", "expected"),
    [
        (None, None, HERE, "ok"),
        (None, None, None, "ok"),
        (f'"{HERE}"', None, HERE, "ok"),
        (f'W/"{HERE}"', None, HERE, "ok"),
        (HERE, None, HERE, "ok"),
        (f'"{OTHER}", W/"{HERE}"', None, HERE, "ok"),
        (f'"{OTHER}","{HERE}",', None, HERE, "ok"),
        ("*", None, HERE, "ok"),
        (f'"{OTHER}"', None, HERE, "412"),
        (f'"{HERE}"', None, None, "412"),
        ("*", None, None, "412"),
        (None, "*", None, "ok"),
        (None, "*", HERE, "412"),
        (None, f'"{OTHER}"', HERE, "ok"),
        (None, f'"{OTHER}", "{HERE}"', HERE, "412"),
        (None, f'"{HERE}"', None, "ok"),
        (f'"{HERE}"', f'"{HERE}"', HERE, "412"),
        (f'"{OTHER}"', "*", HERE, "412"),
        ("", " ", HERE, "ok"),
        (f'"{HERE.upper()}"', None, HERE, "412"),
    ],
)
def test_preconditions_hold_or_not(if_match, if_none_match, tag, expected):
    assert outcome(if_match, if_none_match, tag) == expected


@pytest.mark.parametrize("header", ['"unfinished', 'a"b"', '"a" "', '"a";"b'])
def test_a_header_that_is_no_list_of_tags_is_refused_rather_than_guessed(header):
    with pytest.raises(InvalidRequest):
        parse_preconditions(header, None)
    with pytest.raises(InvalidRequest):
        parse_preconditions(None, header)


@given(st.text(max_size=40))
def test_no_header_raises_anything_but_a_refusal(header):
    try:
        parse_preconditions(header, header).check(HERE)
    except AssiduError as refusal:
        assert refusal.problems  # noqa: PT017 - some raise nothing


@given(st.lists(st.sampled_from([HERE, OTHER, "x"]), min_size=1), st.sampled_from(["", "W/"]))
def test_if_match_and_if_none_match_are_each_other_s_opposite_where_a_document_is(tags, weak):
    header = ", ".join(f'{weak}"{tag}"' for tag in tags)

    assert {outcome(header, None, HERE), outcome(None, header, HERE)} == {"ok", "412"}


@pytest.mark.parametrize(
    ("resource", "version", "tag", "refusal"),
    [
        (STATE, Version.V1_0_3, HERE, None),
        (STATE, Version.V1_0_3, None, None),
        (STATE, Version.V2_0_0, HERE, Conflict),
        (STATE, Version.V2_0_0, None, None),
        (AGENT_PROFILE, Version.V1_0_3, HERE, Conflict),
        (AGENT_PROFILE, Version.V1_0_3, None, InvalidRequest),
        (ACTIVITY_PROFILE, Version.V1_0_3, HERE, Conflict),
        (ACTIVITY_PROFILE, Version.V1_0_3, None, InvalidRequest),
        (AGENT_PROFILE, Version.V2_0_0, HERE, Conflict),
        (AGENT_PROFILE, Version.V2_0_0, None, None),
        (ACTIVITY_PROFILE, Version.V2_0_0, HERE, Conflict),
        (ACTIVITY_PROFILE, Version.V2_0_0, None, None),
    ],
)
def test_a_put_without_either_header_is_taken_as_the_version_says(resource, version, tag, refusal):
    if refusal is None:
        Preconditions().check_put(resource, version, tag)
    else:
        with pytest.raises(refusal) as raised:
            Preconditions().check_put(resource, version, tag)
        assert "If-Match" in raised.value.message


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("resource", [STATE, AGENT_PROFILE, ACTIVITY_PROFILE])
def test_a_put_with_a_header_that_does_not_hold_fails_in_every_version(resource, version):
    with pytest.raises(PreconditionFailed):
        parse_preconditions(f'"{OTHER}"', None).check_put(resource, version, HERE)
    parse_preconditions(f'"{HERE}"', None).check_put(resource, version, HERE)
