"""Numbers, dates and durations, as a French or an English reader expects them. Times are shown in Paris."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dashboards.languages import Language
from lrs.clock import Micros, to_datetime

PARIS: Final = ZoneInfo("Europe/Paris")
# Thin, so that a number stays one word and never breaks: 12 345.
THIN: Final = "\u202f"

_DAYS: Final = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS: Final = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def number(value: int, language: Language) -> str:
    """Write a whole number.

    >>> number(1234567, "en")
    '1,234,567'
    """
    text = f"{value:,}"
    return text.replace(",", THIN) if language == "fr" else text


def counted(value: int, one: str, many: str, language: Language) -> str:
    r"""Write a number with its noun, never torn apart; in French nought and one are singular, in English one alone.

    >>> counted(0, "trace", "traces", "fr"), counted(0, "statement", "statements", "en")
    ('0\xa0trace', '0\xa0statements')
    """
    singular = abs(value) <= 1 if language == "fr" else value == 1
    return f"{number(value, language)}\u00a0{one if singular else many}"


def day(value: date, language: Language) -> str:
    """Write a date in full.

    >>> day(date(2026, 8, 1), "fr"), day(date(2026, 8, 1), "en")
    ('samedi 1er août 2026', 'Saturday 1 August 2026')
    """
    ordinal = "1er" if language == "fr" and value.day == 1 else str(value.day)
    return f"{_DAYS[language][value.weekday()]} {ordinal} {MONTHS[language][value.month - 1]} {value.year}"


def short_day(value: date, language: Language) -> str:
    """Write a date without its weekday: 5 janvier 2026."""
    return day(value, language).partition(" ")[2]


def clock_time(instant: datetime, language: Language, *, seconds: bool = False) -> str:
    """Write the time of day in Paris.

    >>> from datetime import UTC
    >>> clock_time(datetime(2026, 1, 5, 8, 5, 9, tzinfo=UTC), "fr", seconds=True)
    '09:05:09'
    """
    del language  # the same in both: 24 hours
    return instant.astimezone(PARIS).strftime("%H:%M:%S" if seconds else "%H:%M")


def moment(instant: datetime, language: Language) -> str:
    """Write an instant in a column: 05/01/2026 09:05, or 5 Jan 2026 09:05."""
    local = instant.astimezone(PARIS)
    if language == "fr":
        return local.strftime("%d/%m/%Y %H:%M:%S")
    return f"{local.day} {MONTHS['en'][local.month - 1][:3]} {local.year} {local:%H:%M:%S}"


def ago(instant: datetime, now: datetime, language: Language) -> str:
    r"""Say how long ago something was.

    >>> from datetime import UTC
    >>> now = datetime(2026, 1, 5, 8, tzinfo=UTC)
    >>> ago(now - timedelta(minutes=3, seconds=10), now, "en")
    '3\xa0min ago'
    """
    span = duration(now - instant, language)
    if now - instant < timedelta(seconds=1):
        return "à l’instant" if language == "fr" else "just now"
    return f"il y a {span}" if language == "fr" else f"{span} ago"


def duration(span: timedelta, language: Language) -> str:
    """Write a span in its largest unit, rounded down: 59 s, 3 min, 5 h, 12 jours."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86_400, None), (3_600, "h"), (60, "min")):
        if seconds >= size:
            amount = seconds // size
            if unit is None:
                return counted(amount, *(("jour", "jours") if language == "fr" else ("day", "days")), language)
            return f"{amount}\u00a0{unit}"
    return f"{seconds}\u00a0s"


def duration_seconds(seconds: int, language: Language) -> str:
    """Write a span given in seconds."""
    return duration(timedelta(seconds=seconds), language)


def moment_of(micros: Micros, language: Language) -> str:
    """Write an instant of the log in a column."""
    return moment(to_datetime(micros), language)


def percent(part: int, whole: int, language: Language) -> str:
    r"""Write a share, rounded to a whole percentage.

    >>> percent(1, 3, "fr"), percent(1, 3000, "en")
    ('33\u202f%', '<1%')
    """
    share = round(100 * part / whole)
    text = "<1" if share == 0 and part else str(share)
    return f"{text}{THIN}%" if language == "fr" else f"{text}%"
