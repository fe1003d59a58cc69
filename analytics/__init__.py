"""Turns statements into facts that dashboards read; recomputed incrementally by the worker.

For a notebook: `analytics.connect(…)` returns one organisation's frames, `analytics.columns(…)` says what their columns
hold. They are loaded when they are asked for: nothing else here needs pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analytics.frames import Frames, columns, connect

__all__ = ["Frames", "columns", "connect"]


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module("analytics.frames"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
