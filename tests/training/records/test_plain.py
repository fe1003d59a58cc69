"""Records to JSON and back: what is written is read the same, and nothing but our own errors comes of anything else."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidRequest
from tests.training.examples import organisation_records
from training.records import Identity
from training.records.kinds import CLASSES, Kind
from training.records.plain import hints_of, write_plain
from training.records.reading import read_plain
from training.records.values import Length

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,20}", fullmatch=True)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20).filter(lambda text: "\0" not in text),
    bool: st.booleans(),
    int: st.integers(-(2**53), 2**53),
    date: st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    datetime: st.integers(-2_000_000_000, 7_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
    UUID: st.uuids(),
    Identity: st.one_of(
        st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.fr", fullmatch=True).map(Identity.mbox),
        st.text("abc é1", min_size=1, max_size=9).map(lambda name: Identity.account("https://moodle.exemple.fr", name)),
    ),
    object: st.one_of(st.none(), st.booleans(), st.text(max_size=9), st.lists(st.integers(0, 9), max_size=3)),
}


def values(hint: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one line for each kind of annotation
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        kind, bounds = arguments
        if isinstance(bounds, Length):
            return SIMPLE[str]
        return (
            st.integers(int(bounds.least), int(bounds.most))
            if kind is int
            else st.floats(bounds.least, bounds.most, allow_nan=False)
        )
    if origin in (typing.Union, types.UnionType):
        return st.none() | values(arguments[0])
    if origin is tuple:
        return st.lists(values(arguments[0]), max_size=3).map(tuple)
    if origin is not None:
        return st.dictionaries(values(arguments[0]), values(arguments[1]), max_size=3)
    if isinstance(hint, NewType):
        return IDS
    if hint in SIMPLE:
        return SIMPLE[hint]
    if issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    hints = hints_of(hint)
    return st.builds(hint, **{field.name: values(hints[field.name]) for field in dataclasses.fields(hint)})


@pytest.mark.parametrize("kind", list(Kind))
@given(data=st.data())
def test_what_is_written_is_read_the_same(kind: Kind, data: st.DataObject):
    record = data.draw(values(CLASSES[kind]))

    text = orjson.dumps(write_plain(record))

    assert read_plain(CLASSES[kind], orjson.loads(text)) == record


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)


@pytest.mark.parametrize("kind", list(Kind))
@given(data=st.data())
def test_anything_else_is_refused_with_problems(kind: Kind, data: st.DataObject):
    members = [field.name for field in dataclasses.fields(CLASSES[kind])]
    value = data.draw(JSON | st.dictionaries(st.sampled_from(members), JSON, max_size=5))

    refused = None
    try:
        read_plain(CLASSES[kind], value)
    except InvalidRequest as error:
        refused = error
    assert refused is None or refused.problems
    assert all(problem.accepted and problem.message for problem in (refused.problems if refused else ()))


def test_what_was_stored_with_a_member_that_is_gone_is_still_read():
    for record in organisation_records():
        stored = json.loads(json.dumps(write_plain(record))) | {"member_of_old": 1}

        assert read_plain(type(record), stored, lenient=True) == record
        with pytest.raises(InvalidRequest):
            read_plain(type(record), stored)


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({}, "/identities/0"),
        ({"mbox": "mailto:a@b.fr", "openid": "https://a.fr"}, "/identities/0"),
        ({"mbox": "a@b.fr"}, "/identities/0/mbox"),
        ({"account": {"homePage": "https://a.fr"}}, "/identities/0/account"),
        ({"mbox": "mailto:a@b.fr", "name": "A"}, "/identities/0"),
        ("mailto:a@b.fr", "/identities/0"),
    ],
)
def test_an_identity_is_one_identifier_of_xapi(value: Any, pointer: str):
    with pytest.raises(InvalidRequest) as error:
        read_plain(CLASSES[Kind.PERSON], {"id": "lea", "identities": [value]})

    assert error.value.problems[0].pointer.startswith(pointer)
