"""What facts need of a statement, read once: a trace. Pure; nothing here performs I/O."""

from analytics.traces.extraction import Entry, extract_trace
from analytics.traces.trace import Mark, Play, Role, Trace

__all__ = ["Entry", "Mark", "Play", "Role", "Trace", "extract_trace"]
