"""Statements and facts as frames, for notebooks and for Parquet. The only folder of the house that loads pandas.

`analytics` loads it when somebody asks for `connect` or `columns`, never before.
"""

from analytics.frames.connection import connect
from analytics.frames.dictionary import columns
from analytics.frames.frames import Frames

__all__ = ["Frames", "columns", "connect"]
