"""Glimpses of packs: they see what the whole of a pack has, at its place."""

from __future__ import annotations

import msgspec
import pytest

from analytics.kept import KeptActivity, KeptDay, KeptEnrolment
from analytics.store import glimpses


@pytest.mark.parametrize(
    ("glimpse", "whole"),
    [
        (glimpses.AskedGlimpse, KeptActivity),
        (glimpses.StandingGlimpse, KeptActivity),
        (glimpses.SlotsGlimpse, KeptEnrolment),
        (glimpses.OddEnrolment, KeptEnrolment),
        (glimpses.OddDay, KeptDay),
    ],
)
def test_a_glimpse_has_the_first_members_of_what_it_is_of_in_their_places(glimpse, whole):
    names = glimpse.__struct_fields__
    kinds = {field.name: field.type for field in msgspec.inspect.type_info(whole).fields}
    wanted = {
        field.name: field.type
        for field in msgspec.inspect.type_info(glimpse).fields
        if not isinstance(field.type, msgspec.inspect.RawType)
    }

    assert whole.__struct_fields__[: len(names)] == names
    assert wanted
    assert {name: kinds[name] for name in wanted} == wanted
