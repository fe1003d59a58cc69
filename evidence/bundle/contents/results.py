"""The attestation de fin de formation and the relevé de compétences: what was followed, and with which results."""

from __future__ import annotations

from evidence.bundle.case import Case
from evidence.bundle.contents import parties
from evidence.bundle.contents.evaluations import evaluated, evaluations, outcome, reached_at
from evidence.bundle.contents.hours import hours
from evidence.content import EndOfTrainingAttestation, Outcome, SkillsTranscript, TranscriptLine

_EVALUATED = (Outcome.ACQUIRED, Outcome.NOT_ACQUIRED)


def end_of_training(case: Case) -> EndOfTrainingAttestation:
    """Return the attestation de fin de formation."""
    rows = hours(case)
    return EndOfTrainingAttestation(
        signatory=parties.signatory(case),
        trainee=parties.trainee(case),
        action=parties.action(case),
        objectives=case.programme.objectives,
        realised_seconds=sum(row.credited_seconds for row in rows),
        planned_seconds=sum(row.planned_seconds for row in rows),
        hours=rows,
        is_completed=case.facts.is_completed,
        evaluations=evaluations(case),
        place=parties.place(case),
    )


def skills_transcript(case: Case) -> SkillsTranscript:
    """Return the relevé de compétences: a line for each evaluation."""
    lines = tuple(
        TranscriptLine(
            module=module.title,
            title=activity.title,
            outcome=outcome(standing),
            at=reached_at(standing),
            score=None if standing is None else standing.best_scaled,
            mastery=activity.mastery_score,
            attempts=0 if standing is None else standing.attempts,
            statement_ids=() if standing is None else tuple(map(str, standing.proof_ids)),
        )
        for module, activity, standing in evaluated(case)
    )
    return SkillsTranscript(
        signatory=parties.signatory(case),
        trainee=parties.trainee(case),
        action=parties.action(case),
        lines=lines,
        acquired=sum(line.outcome is Outcome.ACQUIRED for line in lines),
        evaluated=sum(line.outcome in _EVALUATED for line in lines),
        place=parties.place(case),
    )
