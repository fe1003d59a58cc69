"""How the cells of a table and the figures of a page are written, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal

from dashboards import formats
from dashboards.languages import Language
from lrs.clock import Micros, to_datetime

Kind = Literal["text", "number", "percent", "hours", "day", "instant", "link", "badge"]
_LINK: Final = re.compile(r"\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)\)\Z", re.DOTALL)
_MINUTE, _HOUR = 60, 3600
NOT_DUE: Final = {"fr": "n.c.", "en": "n/a"}


def hours(seconds: float, language: Language) -> str:
    r"""Write a length of time in hours and minutes, rounded down.

    >>> hours(12_600, "fr"), hours(7_200, "fr"), hours(1_500, "en")
    ('3\xa0h\xa030', '2\xa0h', '25\xa0min')
    """
    minutes = int(abs(seconds)) // _MINUTE
    sign = "−" if seconds < 0 and minutes else ""
    whole, rest = divmod(minutes, _MINUTE)
    if not whole:
        return f"{sign}{rest}\u00a0min" if rest else "0\u00a0h"
    tail = f"\u00a0{rest:02}" if rest else ""
    return f"{sign}{formats.number(whole, language)}\u00a0h{tail}"


def percent(value: float, language: Language) -> str:
    r"""Write a percentage, without decimals.

    >>> percent(66, "fr"), percent(66, "en")
    ('66\u202f%', '66%')
    """
    text = formats.number(int(value), language)
    return f"{text}{formats.THIN}%" if language == "fr" else f"{text}%"


def decimal(value: float, language: Language) -> str:
    r"""Write a number, with up to two decimals where it is not whole.

    >>> decimal(1234.5, "fr"), decimal(3, "en")
    ('1\u202f234,5', '3')
    """
    if value == int(value):
        return formats.number(int(value), language)
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", formats.THIN).replace(".", ",") if language == "fr" else text


def short_date(value: str, language: Language) -> str:
    """Write an ISO date in a column: 05/01/2026, or 5 Jan 2026."""
    found = date.fromisoformat(value[:10])
    if language == "fr":
        return f"{found:%d/%m/%Y}"
    return f"{found.day} {formats.MONTHS['en'][found.month - 1][:3]} {found.year}"


def instant(value: str, language: Language) -> str:
    """Write an ISO instant in a column, in Paris, to the minute."""
    local = datetime.fromisoformat(value).astimezone(formats.PARIS)
    return f"{short_date(local.date().isoformat(), language)} {local:%H:%M}"


def as_of_text(micros: int, language: Language) -> str:
    """Write an instant of kept facts: 5 janvier 2026, 09:05."""
    local = to_datetime(Micros(micros)).astimezone(formats.PARIS)
    return f"{formats.short_day(local.date(), language)}, {local:%H:%M}"


def split_link(value: str) -> tuple[str, str]:
    """Return the text and the address of a `link` cell; what is not one is a text without an address.

    >>> split_link("[Janvier](/dashboards/sessions/janvier)")
    ('Janvier', '/dashboards/sessions/janvier')
    """
    match = _LINK.match(value)
    if match is None:
        return value, ""
    text = re.sub(r"\\(.)", r"\1", match[1])
    address = match[2]
    # A cell never runs anything: what is no address of a page is shown as text.
    return (text, address) if re.match(r"(?:/(?!/)|https?://|mailto:)", address) else (text, "")


def split_badge(value: str) -> tuple[str, str]:
    """Return the tone and the text of a `badge` cell, `tone:text`.

    >>> split_badge("warning:à contresigner")
    ('warning', 'à contresigner')
    """
    tone, separator, text = value.partition(":")
    return (tone, text) if separator and tone in {"plain", "good", "warning", "alarm"} else ("plain", value)


def cell(value: Any, kind: Kind, language: Language) -> str:  # noqa: ANN401 - what a row holds
    """Write what a cell holds, as the grid does."""
    if value is None or value == "":
        return NOT_DUE[language] if kind == "percent" else ""
    if isinstance(value, bool):
        return {"fr": ("non", "oui"), "en": ("no", "yes")}[language][value]
    return _WRITERS[kind](value, language)


_WRITERS: Final[Mapping[Kind, Callable[[Any, Language], str]]] = {
    "text": lambda value, _: str(value),
    "number": decimal,
    "percent": percent,
    "hours": hours,
    "day": short_date,
    "instant": instant,
    "link": lambda value, _: split_link(value)[0],
    "badge": lambda value, _: split_badge(value)[1],
}
