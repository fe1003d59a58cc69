"""What facts need of a statement, read once: a trace. Pure; nothing here performs I/O."""

from analytics.traces.extraction import Entry, extract_trace
from analytics.traces.trace import Answer, Mark, Play, Role, Trace

__all__ = ["Answer", "Entry", "Mark", "Play", "Role", "Trace", "extract_trace"]
