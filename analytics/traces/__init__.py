"""What facts need of a statement, read once: a trace. Pure; nothing here performs I/O."""

from analytics.traces.extraction import Entry, extract_trace
from analytics.traces.trace import Answer, Mark, Period, Play, Role, Trace

__all__ = ["Answer", "Entry", "Mark", "Period", "Play", "Role", "Trace", "extract_trace"]
