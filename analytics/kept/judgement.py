"""What of a trace judges an activity: as much as a standing is worked out from, and no more."""

from __future__ import annotations

from analytics.traces import Role, Trace

# That work was handed in judges nothing, and is told where it is asked how far somebody has come.
_TOLD = (Role.WAIVED, Role.SUBMITTED)
_SCORES = frozenset((Role.COMPLETED, Role.PASSED, Role.FAILED, Role.SCORED, Role.CLOSED))


def judgement_of(trace: Trace) -> Trace | None:
    """Return what `standing_of` reads of a trace, None when it can make nothing of it and no work was handed in."""
    says = (
        trace.attempt
        or trace.success is not None
        or trace.completion is not None
        or trace.progress is not None
        or trace.role in _TOLD
        or (trace.scaled is not None and trace.role in _SCORES)
        or (trace.play is not None and trace.play.segments)
    )
    if not says:
        return None
    return Trace(
        trace.statement_id,
        trace.stored,
        trace.timestamp,
        trace.role,
        attempt=trace.attempt,
        scaled=trace.scaled,
        success=trace.success,
        completion=trace.completion,
        progress=trace.progress,
        play=trace.play,
    )
