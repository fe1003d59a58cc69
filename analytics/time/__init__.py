"""How long something lasted: intervals, local days, and who gets which instant. Pure; nothing here performs I/O."""

from analytics.time.days import day_of, day_start, days_between, split_by_day
from analytics.time.intervals import Interval, clip, intersection, subtraction, total, union
from analytics.time.timeline import Act, Declared, Piece, Timeline, lay_out

__all__ = [
    "Act",
    "Declared",
    "Interval",
    "Piece",
    "Timeline",
    "clip",
    "day_of",
    "day_start",
    "days_between",
    "intersection",
    "lay_out",
    "split_by_day",
    "subtraction",
    "total",
    "union",
]
