"""What readers want of packs that hold much more: the rest of each is passed over unread.

Packs are kept by place (`analytics.kept.form`): what stands before a wanted member is named here and left as it is.
"""

from __future__ import annotations

from typing import Final

import msgspec

from analytics.anomalies.anomaly import Anomaly
from analytics.content.question import Answered
from analytics.facts.fact import SlotFact, Standing
from training.records.ids import ActivityId, EnrolmentId

_Passed = msgspec.Raw


class AskedGlimpse(msgspec.Struct, array_like=True):
    """Of an activity, the answers to its questions."""

    enrolment_id: EnrolmentId
    activity_id: ActivityId
    session_id: _Passed
    judged: _Passed
    direct: _Passed
    spent: _Passed
    standing: _Passed
    anomalies: _Passed
    answers: list[Answered]


class StandingGlimpse(msgspec.Struct, array_like=True):
    """Of an activity, where its trainee stands, and what is odd."""

    enrolment_id: EnrolmentId
    activity_id: ActivityId
    session_id: _Passed
    judged: _Passed
    direct: _Passed
    spent: _Passed
    standing: Standing | None
    anomalies: list[Anomaly]


class SlotsGlimpse(msgspec.Struct, array_like=True):
    """Of an enrolment, what is known of its slots, and what is odd."""

    enrolment_id: EnrolmentId
    session_id: _Passed
    as_of: _Passed
    marks: _Passed
    stays: _Passed
    slots: list[SlotFact]
    standings: _Passed
    sums: _Passed
    anomalies: list[Anomaly]


class OddEnrolment(msgspec.Struct, array_like=True):
    """Of an enrolment, what is odd."""

    enrolment_id: _Passed
    session_id: _Passed
    as_of: _Passed
    marks: _Passed
    stays: _Passed
    slots: _Passed
    standings: _Passed
    sums: _Passed
    anomalies: list[Anomaly]


class OddDay(msgspec.Struct, array_like=True):
    """Of a day, what is odd."""

    day: _Passed
    rows: _Passed
    anomalies: list[Anomaly]
    clocks: list[Anomaly]
    outside: list[Anomaly]


ASKED: Final = msgspec.msgpack.Decoder(AskedGlimpse)
STANDING: Final = msgspec.msgpack.Decoder(StandingGlimpse)
SLOTS: Final = msgspec.msgpack.Decoder(SlotsGlimpse)
ODD_ENROLMENT: Final = msgspec.msgpack.Decoder(OddEnrolment)
ODD_DAY: Final = msgspec.msgpack.Decoder(OddDay)
