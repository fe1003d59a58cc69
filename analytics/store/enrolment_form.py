"""Facts of enrolments in the form in which a page of a thousand is read at once.

They hold until time, a statement or a record changes them: the instant they are of is put in as they are read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import msgspec

from analytics.facts.fact import EnrolmentFacts

# Stands for the instant, and is as long as any. What is packed comes from records and rules: nothing else in it can be
# this number.
_SOME_INSTANT: Final = 0x7FEDCBA987654321
_UNSIGNED: Final = b"\xcf"
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(EnrolmentFacts)


def write_enrolment(facts: EnrolmentFacts) -> bytes:
    """Write the facts of one enrolment, but for the instant they are of."""
    figures = tuple(replace(figure, as_of=_SOME_INSTANT) for figure in facts.figures)
    return _ENCODER.encode(replace(facts, as_of=_SOME_INSTANT, figures=figures))


def read_enrolment(pack: bytes, as_of: int) -> EnrolmentFacts:
    """Read the facts of one enrolment, at an instant at which they hold."""
    return _DECODER.decode(pack.replace(_packed(_SOME_INSTANT), _packed(as_of)))


def _packed(instant: int) -> bytes:
    return _UNSIGNED + instant.to_bytes(8, "big")
