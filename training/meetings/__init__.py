"""Reports of virtual classes, as meeting tools write them: read, matched to people, and made statements.

All but `run` is pure: nothing else here performs I/O beyond reading our own data file.
"""

from training.meetings.report import Asked, MeetingReport
from training.meetings.run import import_report

__all__ = ["Asked", "MeetingReport", "import_report"]
