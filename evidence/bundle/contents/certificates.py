"""The certificat de réalisation, at the end of an action or for a period of it (compliance 1.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from evidence.bundle.case import Case
from evidence.bundle.contents import parties
from evidence.bundle.contents.hours import credited, hours
from evidence.content import CompletionCertificate, IntermediateCertificate, Period
from training.records import ActionNature


def completion_certificate(case: Case) -> CompletionCertificate:
    """Return the certificate of the whole action."""
    rows = hours(case)
    first, last = parties.bounds(case.session, case.enrolment)
    months, days = _lengths(case, Period(first=first, last=last))
    return CompletionCertificate(
        signatory=parties.signatory(case),
        trainee=parties.trainee(case),
        action=parties.action(case),
        realised_seconds=sum(row.credited_seconds for row in rows),
        hours=rows,
        place=parties.place(case),
        realised_months=months,
        realised_days=days,
        funding=parties.funding(case),
    )


def intermediate_certificate(case: Case) -> IntermediateCertificate:
    """Return the certificate of a period; what came before is in it as one sum."""
    assert case.period is not None  # noqa: S101 - whoever asks for one without a period was refused
    rows = hours(case)
    until = replace(case, period=Period(first=date.min, last=case.period.last))
    first, last = parties.bounds(case.session, case.enrolment)
    inside = Period(first=max(first, case.period.first), last=max(first, min(last, case.period.last)))
    months, days = _lengths(case, inside)
    return IntermediateCertificate(
        signatory=parties.signatory(case),
        trainee=parties.trainee(case),
        action=parties.action(case),
        period=case.period,
        realised_seconds=sum(row.credited_seconds for row in rows),
        hours=rows,
        cumulated_seconds=sum(credited(until).values()),
        place=parties.place(case),
        realised_months=months,
        realised_days=days,
        funding=parties.funding(case),
    )


def _lengths(case: Case, span: Period) -> tuple[int | None, int | None]:
    """Return whole months and calendar days of an apprenticeship, which funders settle by (compliance 1.3, 2.2)."""
    if case.programme.nature is not ActionNature.APPRENTICESHIP:
        return None, None
    first, after = span.first, date.fromordinal(span.last.toordinal() + 1)
    months = (after.year - first.year) * 12 + after.month - first.month - (after.day < first.day)
    return months, (span.last - span.first).days + 1
