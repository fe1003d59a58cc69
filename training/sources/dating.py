"""Whether a file's dates have the day or the month first: what they allow, what somebody says, never a guess."""

from __future__ import annotations

from collections.abc import Sequence

from lrs.errors import InvalidRequest, Problem
from training.meetings.stamps import DateOrder, Stamp, possible_orders


def settle_order(stamps: Sequence[Stamp], asked: DateOrder | None, implied: DateOrder | None) -> DateOrder:
    """Return the order of a file's dates. 1. What the dates allow. 2. What was asked. 3. What the file's words imply.

    Raises InvalidRequest with both readings where none of these decides.
    """
    possible = possible_orders(stamps)
    if not possible:
        message = "No one order of day and month reads every date of this file."
        raise InvalidRequest(message, [Problem("", message, "dates of one order: is it of two files?")])
    if asked is not None:
        wrong = next((stamp for stamp in stamps if stamp.on(asked) is None), None)
        if wrong is None:
            return asked
        message = f"{wrong.text} cannot be read in the order {asked}."
        raise InvalidRequest(message, [Problem("date_order", message, possible[0])])
    if len(possible) == 1:
        return possible[0]
    # No French format of dates counts hours from noon: such a tool speaks French and writes dates otherwise.
    if implied is not None and not any(stamp.has_noon for stamp in stamps):
        return implied
    stamp = next(item for item in stamps if item.on(DateOrder.DMY) != item.on(DateOrder.MDY))
    first, second = stamp.on(DateOrder.DMY), stamp.on(DateOrder.MDY)
    message = f"Every date of this file can be read in two ways: {stamp.text} may be {first} or {second}."
    raise InvalidRequest(
        message, [Problem("date_order", message, f"date_order=dmy for {first}, date_order=mdy for {second}")]
    )
