"""How French writes dates, hours, lengths of time, rates and numbers. Nothing is ever rounded up.

Spaces follow the Imprimerie nationale: narrow no-break (U+202F) before `; ! ?` and between groups of digits, no-break
(U+00A0) before `:` and `%`, within « » and within hours.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

NARROW: Final = "\u202f"
NO_BREAK: Final = "\u00a0"
_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
# French has the singular up to two, two excluded.
_PLURAL_FROM: Final = 2 * 3600
_BEFORE_HIGH: Final = re.compile(r"[ \u00a0](?=[;!?])")
_BEFORE_COLON: Final = re.compile(r"[ \u202f](?=:)|[ \u202f](?=»)|(?<=«)[ \u202f]")


def day(on: date) -> str:
    r"""Write a date.

    >>> day(date(2026, 1, 1))
    '1er\xa0janvier\xa02026'
    """
    number = "1er" if on.day == 1 else str(on.day)
    return f"{number}{NO_BREAK}{_MONTHS[on.month - 1]}{NO_BREAK}{on.year}"


def weekday(on: date) -> str:
    r"""Write a date with the day of the week.

    >>> weekday(date(2026, 3, 2))
    'lundi 2\xa0mars\xa02026'
    """
    return f"{_DAYS[on.weekday()]} {day(on)}"


def short_day(on: date) -> str:
    r"""Write a date in figures, for tables.

    >>> short_day(date(2026, 3, 2))
    '02/03/2026'
    """
    return f"{on:%d/%m}/{on.year:04}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    r"""Write a time of day.

    >>> from datetime import UTC
    >>> clock(datetime(2026, 3, 2, 8, 5, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    '9\xa0h\xa005'
    """
    local = at.astimezone(zone)
    return f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"


def instant(at: datetime, zone: ZoneInfo) -> str:
    """Write an instant: « 2 mars 2026 à 9 h 05 »."""
    return f"{day(at.astimezone(zone).date())} à {clock(at, zone)}"


def short_instant(at: datetime, zone: ZoneInfo) -> str:
    """Write an instant for tables: « 02/03/2026 à 9 h 05 »."""
    return f"{short_day(at.astimezone(zone).date())} à {clock(at, zone)}"


def between(first: date, last: date) -> str:
    r"""Write a stretch of days.

    >>> between(date(2026, 3, 2), date(2026, 3, 2)), between(date(2026, 3, 2), date(2026, 4, 1))
    ('le 2\xa0mars\xa02026', 'du 2\xa0mars\xa02026 au 1er\xa0avril\xa02026')
    """
    return f"le {day(first)}" if first == last else f"du {day(first)} au {day(last)}"


def length(seconds: int) -> str:
    r"""Write a length of time, exactly: seconds stand there when there are any, so that columns add up.

    >>> [length(item) for item in (0, 40, 2700, 2707)]
    ['0\xa0h', '40\xa0s', '45\xa0min', '45\xa0min\xa007\xa0s']
    >>> [length(item) for item in (3600, 45000, 45020)]
    ['1\xa0h', '12\xa0h\xa030', '12\xa0h\xa030\xa0min\xa020\xa0s']
    """
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    text = [str(hours), "h"] if hours or not seconds else []
    if minutes or (hours and left):
        # « 12 h 30 » is how hours are read; the unit of minutes is only said where seconds follow or hours do not lead.
        text += [f"{minutes:02}" if hours else str(minutes), *([] if hours and not left else ["min"])]
    if left:
        text += [f"{left:02}" if minutes or hours else str(left), "s"]
    return NO_BREAK.join(text)


def hours(seconds: int) -> str:
    r"""Write a number of hours with a decimal comma, cut to hundredths.

    >>> hours(5400), hours(109_800), hours(44_399), hours(7200)
    ('1,5\xa0heure', '30,5\xa0heures', '12,33\xa0heures', '2\xa0heures')
    """
    word = "heures" if seconds >= _PLURAL_FROM else "heure"
    return f"{_hundredths(seconds * 100 // 3600)}{NO_BREAK}{word}"


def percent(value: float) -> str:
    r"""Write a share of one in hundredths, cut to tenths.

    >>> percent(0.85), percent(0.625), percent(1), percent(-0.1), percent(0.29)
    ('85\xa0%', '62,5\xa0%', '100\xa0%', '−10\xa0%', '29\xa0%')
    """
    # Through the shortest decimal that is this float: 0.29 is 29 %, not 28,9 %.
    tenths = int(abs(Decimal(repr(value))) * 1000)
    sign = "−" if value < 0 and tenths else ""
    return f"{sign}{_hundredths(tenths * 10)}{NO_BREAK}%"


def whole_percent(value: int | None) -> str:
    """Write a rate; « n.c. » where there is none to work out."""
    return "n.c." if value is None else f"{value}{NO_BREAK}%"


def count(number: int, singular: str, plural: str | None = None) -> str:
    r"""Write how many of something.

    >>> count(1, "acte"), count(1200, "acte"), count(0, "demi-journée")
    ('1\xa0acte', '1\u202f200\xa0actes', '0\xa0demi-journée')
    """
    grouped = f"{number:,}".replace(",", NARROW)
    return f"{grouped}{NO_BREAK}{singular if number < 2 else plural or singular + 's'}"  # noqa: PLR2004 - as above


def siret(number: str) -> str:
    """Write a SIRET in groups: « 732 829 320 00074 »."""
    return _groups(number, (3, 3, 3, 5))


def activity_number(number: str) -> str:
    """Write a numéro de déclaration d'activité in groups: « 11 75 50123 75 »."""
    return _groups(number, (2, 2, 5, 2))


def spaced(text: str) -> str:
    r"""Put the right kind of space where somebody typed one before high punctuation or within « ».

    >>> spaced("Paie : « où » en est-on ?")
    'Paie\xa0: «\xa0où\xa0» en est-on\u202f?'
    """
    return _BEFORE_COLON.sub(NO_BREAK, _BEFORE_HIGH.sub(NARROW, text))


def _hundredths(number: int) -> str:
    whole, rest = divmod(number, 100)
    grouped = f"{whole:,}".replace(",", NARROW)
    return f"{grouped},{rest:02}".rstrip("0") if rest else grouped


def _groups(text: str, lengths: tuple[int, ...]) -> str:
    if len(text) != sum(lengths):
        return text
    parts, at = [], 0
    for size in lengths:
        parts.append(text[at : at + size])
        at += size
    return NO_BREAK.join(parts)
