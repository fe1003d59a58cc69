"""The letters of attendance, in French: a personal link, a code."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboards.attendance import wording
from dashboards.attendance.letters import Letter
from training.attendance import MailedCode, PersonalLink, Sheet, Visit
from training.records.slot import HalfDay


def link_letter(sheet: Sheet, made: PersonalLink, link: str) -> Letter:
    """Return the letter that takes a personal link to its trainee."""
    zone, slot = sheet.session.zone, sheet.slot
    about = _half_day(sheet.title, slot.half_day, slot.starts_at, slot.ends_at, zone)
    text = f"""Bonjour {made.name},

Pour signer votre présence :

{about}

ouvrez ce lien :

{link}

Il est le vôtre : ne le transmettez à personne. Il sert une fois, jusqu’au {_moment(made.expires_at, zone)}.

{sheet.organisation_name}
"""
    subject = f"Signer votre présence : {sheet.title}"
    return Letter(made.address, sheet.organisation_name, wording.typeset(subject), wording.typeset(text))


def code_letter(visit: Visit, mailed: MailedCode) -> Letter:
    """Return the letter that takes a code to its trainee."""
    zone = ZoneInfo(visit.time_zone)
    about = _half_day(visit.title, visit.half_day, visit.starts_at, visit.ends_at, zone)
    text = f"""Bonjour {mailed.name},

Votre code pour signer votre présence : {wording.grouped(mailed.code)}

{about}

Il vaut jusqu’à {wording.hour(mailed.expires_at, zone)}. Si vous n’avez rien demandé, oubliez ce message.

{visit.organisation_name}
"""
    subject = f"Votre code : {wording.grouped(mailed.code)}"
    return Letter(mailed.address, visit.organisation_name, wording.typeset(subject), wording.typeset(text))


def _half_day(title: str, half_day: HalfDay, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    when = f"{wording.day(starts_at, zone)}, {wording.HALF_DAYS[half_day]}, {wording.hours(starts_at, ends_at, zone)}"
    return f"{title}\n{when}"


def _moment(instant: datetime, zone: ZoneInfo) -> str:
    return f"{wording.day(instant, zone)} à {wording.hour(instant, zone)}"
