"""What a trainer fills in about one trainee, as a remark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dashboards.attendance.wording import Unfilled
from lrs.errors import Problem
from training.attendance import Line, Remark, Sheet, Status

# In the order in which they are asked for. Presence without a signature is declared by the trainer alone.
OFFERED: Final[tuple[tuple[Status, str], ...]] = (
    (Status.ABSENT_UNJUSTIFIED, "Absence non justifiée"),
    (Status.ABSENT_JUSTIFIED, "Absence justifiée"),
    (Status.LATE, "Retard"),
    (Status.LEFT_EARLY, "Départ avant la fin"),
    (Status.PRESENT, "Présence, sans signature"),
)


def parse_remark(form: Mapping[str, str], sheet: Sheet) -> Remark:
    """Return what the form says; raises Unfilled with every problem."""
    status, problems = _status(form), []
    if status is None:
        problems.append(Problem("/status", "Choisissez ce qui s’est passé."))
    late = early = 0
    if status in {Status.LATE, Status.LEFT_EARLY}:
        arrived, left = _instant(form.get("arrived", ""), sheet), _instant(form.get("left", ""), sheet)
        late = _seconds(sheet.slot.starts_at, arrived)
        early = _seconds(left, sheet.slot.ends_at)
        if status is Status.LATE and not late:
            problems.append(Problem("/arrived", "Indiquez l’heure d’arrivée, après le début de la demi-journée."))
        if status is Status.LEFT_EARLY and not early:
            problems.append(Problem("/left", "Indiquez l’heure de départ, avant la fin de la demi-journée."))
        if late + early >= sheet.slot.planned_seconds:
            problems.append(Problem("/arrived", "Il ne resterait rien de la demi-journée : notez une absence."))
    if problems or status is None:
        raise Unfilled("The remark cannot be read.", problems)
    return Remark(
        status=status,
        late_seconds=late,
        early_seconds=early,
        is_justified=status is Status.ABSENT_JUSTIFIED or (bool(late or early) and form.get("justified") == "yes"),
        reason=form.get("reason", "").strip(),
    )


def is_correction(line: Line, remark: Remark) -> bool:
    """Say whether recording `remark` replaces what is there, rather than adding to a presence or to nothing."""
    if line.mark is None:
        return False
    return not (line.mark.status.is_present and remark.status in {Status.LATE, Status.LEFT_EARLY})


def shown_remark(line: Line, sheet: Sheet) -> dict[str, str | bool]:
    """Return what the form shows before anything is typed: what is recorded."""
    mark, zone = line.mark, sheet.session.zone
    if mark is None:
        return {"status": "", "arrived": "", "left": "", "justified": False, "reason": "", "correction": ""}
    arrived = sheet.slot.starts_at + timedelta(seconds=mark.late_seconds)
    left = sheet.slot.ends_at - timedelta(seconds=mark.early_seconds)
    return {
        "status": "" if line.is_signed and mark.status is Status.PRESENT else mark.status.value,
        "arrived": _clock(arrived, zone) if mark.late_seconds else "",
        "left": _clock(left, zone) if mark.early_seconds else "",
        "justified": mark.is_justified,
        "reason": mark.reason,
        "correction": "",
    }


def typed_remark(form: Mapping[str, str]) -> dict[str, str | bool]:
    """Return what the form shows after a refusal: what was typed."""
    texts = {name: form.get(name, "") for name in ("status", "arrived", "left", "reason", "correction")}
    return {**texts, "justified": form.get("justified") == "yes"}


def _status(form: Mapping[str, str]) -> Status | None:
    return next((status for status, _ in OFFERED if status.value == form.get("status")), None)


def _instant(text: str, sheet: Sheet) -> datetime | None:
    """Return the instant of a local time within the slot's day; None when there is none."""
    try:
        at = time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
    # The clocks change at night: within a half-day a local time is one instant.
    instant = datetime.combine(sheet.slot.held_on, at, sheet.session.zone)
    after_midnight = instant + timedelta(days=1)
    return after_midnight if instant < sheet.slot.starts_at and after_midnight <= sheet.slot.ends_at else instant


def _seconds(earlier: datetime | None, later: datetime | None) -> int:
    if earlier is None or later is None:
        return 0
    return max(0, int(later.timestamp() - earlier.timestamp()))


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).strftime("%H:%M")
