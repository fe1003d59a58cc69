"""A realistic content of each document type, and frames: for previews, documentation, tests. Nobody here is real."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from evidence.content.action import Action, ModalityHours, Period
from evidence.content.attendance_attestation import Absence, AttendanceAttestation, HalfDays
from evidence.content.attendance_sheet import (
    AttendanceSheet,
    HalfDaySheet,
    SheetFlag,
    SheetLine,
    SheetStatus,
    Signature,
    SigningMethod,
    TrainerSignature,
)
from evidence.content.completion_certificate import CompletionCertificate, IntermediateCertificate
from evidence.content.connection_record import (
    ActivityLine,
    Assistance,
    ConnectionLine,
    ConnectionRecord,
    Proof,
    TimeRules,
    Times,
)
from evidence.content.document import Content, DocumentType
from evidence.content.end_of_training import EndOfTrainingAttestation
from evidence.content.entry_attestation import EntryAttestation
from evidence.content.evaluation import Evaluation, Outcome, Rate
from evidence.content.exit_attestation import ExitAttestation
from evidence.content.frame import Frame, Provider, Replaced, Signatory
from evidence.content.parties import Funding, Trainee
from evidence.content.skills_transcript import SkillsTranscript, TranscriptLine
from training.records.enrolment import ExitReason
from training.records.modality import Modality
from training.records.slot import HalfDay

_HOUR: Final = 3600
_MORNING: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_STATEMENT: Final = "3f25{0:02x}e0-4f89-41d3-9a0c-0305e82c33{0:02x}"

PROVIDER: Final = Provider(
    legal_name="Atelier des Savoirs SAS",
    trade_name="Atelier des Savoirs",
    activity_number="11755012375",
    registered_with="Île-de-France",
    siret="73282932000074",
    address=("12, rue des Écoles", "75005 Paris"),
    email="contact@atelier-des-savoirs.example",
    phone="01 23 45 67 89",
    website="atelier-des-savoirs.example",
)
FRAME: Final = Frame(
    provider=PROVIDER,
    number="2026-000127",
    version=1,
    issued_at=datetime(2026, 4, 1, 8, 30, tzinfo=UTC),
    as_of=datetime(2026, 4, 1, 8, 30, tzinfo=UTC),
    code="K7QM-2XVD-9TFA-HB3R-W5JC-6NYE-PA",
    verification_url="https://assidu.example/verify/K7QM-2XVD-9TFA-HB3R-W5JC-6NYE-PA",
    is_development=True,
)
REISSUED: Final = Frame(
    provider=PROVIDER,
    number="2026-000127",
    version=2,
    issued_at=datetime(2026, 4, 14, 14, 5, tzinfo=UTC),
    as_of=datetime(2026, 4, 14, 14, 5, tzinfo=UTC),
    code="T4HN-8BCW-3KZR-YD6V-M2PX-7QAF-JE",
    verification_url="https://assidu.example/verify/T4HN-8BCW-3KZR-YD6V-M2PX-7QAF-JE",
    is_development=False,
    is_timestamp_qualified=True,
    replaces=Replaced(number="2026-000127", version=1, issued_at=datetime(2026, 4, 1, 8, 30, tzinfo=UTC)),
)
SIGNATORY: Final = Signatory(name="Hélène Aubry", quality="directrice")
TRAINEE: Final = Trainee(civility="Mme", last_name="Marchand", first_name="Léa", employer="Fonderies du Val d’Orge")
ACTION: Final = Action(
    title="Gérer la paie : de l’embauche au solde de tout compte",
    starts_on=date(2026, 3, 2),
    ends_on=date(2026, 3, 27),
    modality=Modality.BLENDED,
    place="Paris 5e, salle Curie",
    reference="Convention 2026-041",
    session="Paie, mars 2026",
)
FUNDING: Final = Funding(funder="OPCO 2i", scheme="Plan de développement", file_no="2I-2026-88412")
HOURS: Final = (
    ModalityHours(modality=Modality.IN_PERSON, planned_seconds=14 * _HOUR, credited_seconds=12 * _HOUR + 1800),
    ModalityHours(modality=Modality.SYNC_REMOTE, planned_seconds=7 * _HOUR, credited_seconds=7 * _HOUR),
    ModalityHours(modality=Modality.ASYNC, planned_seconds=14 * _HOUR, credited_seconds=11 * _HOUR),
)
_REALISED: Final = sum(part.credited_seconds for part in HOURS)
_PLANNED: Final = sum(part.planned_seconds for part in HOURS)
EVALUATIONS: Final = (
    Evaluation(
        title="Quiz : le bulletin de paie",
        module="Établir le bulletin",
        at=_MORNING + timedelta(days=9, hours=3),
        outcome=Outcome.ACQUIRED,
        score=0.85,
        mastery=0.7,
        attempts=1,
    ),
    Evaluation(
        title="Étude de cas : un départ en cours de mois",
        module="Solder un compte",
        at=_MORNING + timedelta(days=24, hours=6),
        outcome=Outcome.NOT_ACQUIRED,
        score=0.625,
        mastery=0.7,
        attempts=2,
    ),
)


def _half_day(day: int, half_day: HalfDay, lines: tuple[SheetLine, ...], **more: object) -> HalfDaySheet:
    starts = _MORNING + timedelta(days=day, hours=0 if half_day is HalfDay.AM else 4, minutes=30)
    return HalfDaySheet(
        held_on=starts.date(),
        half_day=half_day,
        starts_at=starts,
        ends_at=starts + timedelta(hours=3, minutes=30),
        modality=Modality.IN_PERSON,
        place="Paris 5e, salle Curie",
        module="Établir le bulletin",
        trainers=("Yann Le Gall",),
        lines=lines,
        **more,  # type: ignore[arg-type]
    )


def _signed(minutes: int, number: int, late_reason: str | None = None) -> Signature:
    return Signature(
        signed_at=_MORNING + timedelta(minutes=minutes),
        method=SigningMethod.DISPLAYED_CODE,
        statement_id=_STATEMENT.format(number),
        late_reason=late_reason,
    )


_LINES: Final = (
    SheetLine(
        last_name="Benali",
        first_name="Karim",
        status=SheetStatus.PRESENT,
        credited_seconds=12_600,
        signature=_signed(34, 1),
    ),
    SheetLine(
        last_name="de La Rochefoucauld-Liancourt",
        first_name="Marie-Antoinette",
        employer="Fonderies du Val d’Orge",
        status=SheetStatus.LATE,
        credited_seconds=11_100,
        late_seconds=1500,
        is_justified=True,
        reason="Panne de train",
        signature=_signed(58, 2),
    ),
    SheetLine(
        last_name="Marchand",
        first_name="Léa",
        status=SheetStatus.PRESENT,
        credited_seconds=12_600,
        signature=_signed(305, 3, late_reason="Téléphone déchargé en salle"),
        flags=(SheetFlag.DRAWING_REUSED,),
    ),
    SheetLine(
        last_name="Nguyen",
        first_name="Thi Mai",
        status=SheetStatus.ABSENT_JUSTIFIED,
        is_justified=True,
        reason="Arrêt de travail",
    ),
    SheetLine(last_name="Petit", first_name="Hugo", status=SheetStatus.PRESENT, credited_seconds=12_600),
    SheetLine(last_name="Sow", first_name="Aminata", is_expected=False, reason="Dispensée de ce module"),
)
_COUNTERSIGNED: Final = TrainerSignature(
    name="Yann Le Gall",
    signed_at=_MORNING + timedelta(hours=4, minutes=4),
    sheet_sha256="9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab",
    statement_id=_STATEMENT.format(0xAA),
)

SAMPLES: Final[Mapping[DocumentType, Content]] = {
    DocumentType.CERTREAL: CompletionCertificate(
        signatory=SIGNATORY,
        trainee=TRAINEE,
        action=ACTION,
        realised_seconds=_REALISED,
        hours=HOURS,
        place="Paris",
        funding=FUNDING,
    ),
    DocumentType.CERTINT: IntermediateCertificate(
        signatory=SIGNATORY,
        trainee=TRAINEE,
        action=ACTION,
        period=Period(first=date(2026, 3, 2), last=date(2026, 3, 15)),
        realised_seconds=14 * _HOUR,
        hours=(
            ModalityHours(modality=Modality.IN_PERSON, planned_seconds=14 * _HOUR, credited_seconds=10 * _HOUR),
            ModalityHours(modality=Modality.ASYNC, planned_seconds=14 * _HOUR, credited_seconds=4 * _HOUR),
        ),
        cumulated_seconds=14 * _HOUR,
        place="Paris",
        funding=Funding(funder="Transitions Pro Île-de-France", scheme="PTP", file_no="TP-75-2026-0091"),
    ),
    DocumentType.ATTASS: AttendanceAttestation(
        signatory=SIGNATORY,
        trainee=TRAINEE,
        action=ACTION,
        period=Period(first=date(2026, 3, 2), last=date(2026, 3, 27)),
        due_seconds=21 * _HOUR,
        attended_seconds=19 * _HOUR + 1800,
        justified_seconds=_HOUR,
        hours=HOURS,
        half_days=HalfDays(due=6, attended=4, partly_attended=2, absent_justified=0, absent_unjustified=0),
        absences=(
            Absence(
                held_on=date(2026, 3, 3),
                half_day=HalfDay.AM,
                starts_at=_MORNING + timedelta(days=1, minutes=30),
                ends_at=_MORNING + timedelta(days=1, hours=4),
                modality=Modality.IN_PERSON,
                missed_seconds=_HOUR,
                is_whole=False,
                is_justified=True,
                reason="Rendez-vous médical",
            ),
            Absence(
                held_on=date(2026, 3, 3),
                half_day=HalfDay.PM,
                starts_at=_MORNING + timedelta(days=1, hours=4, minutes=30),
                ends_at=_MORNING + timedelta(days=1, hours=8),
                modality=Modality.IN_PERSON,
                missed_seconds=1800,
                is_whole=False,
                is_justified=False,
            ),
        ),
        rates=(
            Rate(
                formula="attendance_rate_net",
                version="1",
                numerator=70_200,
                denominator=72_000,
                unit="second",
                percent=97,
            ),
            Rate(
                formula="attendance_rate_gross",
                version="1",
                numerator=70_200,
                denominator=75_600,
                unit="second",
                percent=92,
            ),
        ),
        place="Paris",
        evaluations=EVALUATIONS,
        funding=FUNDING,
    ),
    DocumentType.ATTFIN: EndOfTrainingAttestation(
        signatory=SIGNATORY,
        trainee=TRAINEE,
        action=ACTION,
        objectives=(
            "Établir un bulletin de paie conforme à la convention collective",
            "Déclarer les cotisations sociales",
            "Solder le compte d’un salarié qui part",
        ),
        realised_seconds=_REALISED,
        planned_seconds=_PLANNED,
        hours=HOURS,
        is_completed=True,
        evaluations=EVALUATIONS,
        place="Paris",
    ),
    DocumentType.EMARG: AttendanceSheet(
        title=ACTION.title,
        session=ACTION.session,
        starts_on=ACTION.starts_on,
        ends_on=ACTION.ends_on,
        half_days=(
            _half_day(0, HalfDay.AM, _LINES, countersignature=_COUNTERSIGNED),
            _half_day(0, HalfDay.PM, (), cancelled="Salle inondée"),
        ),
    ),
    DocumentType.RELCO: ConnectionRecord(
        signatory=SIGNATORY,
        trainee=TRAINEE,
        action=ACTION,
        period=Period(first=date(2026, 3, 2), last=date(2026, 3, 27)),
        times=Times(
            planned_seconds=14 * _HOUR,
            estimated_seconds=14 * _HOUR,
            connected_seconds=9 * _HOUR + 1260,
            active_seconds=7 * _HOUR + 540,
            credited_seconds=11 * _HOUR,
        ),
        declared_seconds=0,
        activities=(
            ActivityLine(
                module="Établir le bulletin",
                title="Lire une fiche de paie",
                is_mandatory=True,
                estimated_seconds=5400,
                connected_seconds=4380,
                active_seconds=3900,
                credited_seconds=5400,
                done_at=_MORNING + timedelta(days=2, hours=1),
                proof=Proof.COMPLETED,
                attempts=1,
                statement_ids=(_STATEMENT.format(0x10),),
            ),
            ActivityLine(
                module="Établir le bulletin",
                title="Quiz : le bulletin de paie",
                is_mandatory=True,
                estimated_seconds=1800,
                connected_seconds=1140,
                active_seconds=1080,
                credited_seconds=1800,
                done_at=_MORNING + timedelta(days=9, hours=3),
                proof=Proof.PASSED,
                score=0.85,
                attempts=1,
                statement_ids=(_STATEMENT.format(0x11),),
            ),
            ActivityLine(
                module="Solder un compte",
                title="Cas pratique facultatif : le départ à la retraite",
                is_mandatory=False,
                estimated_seconds=3600,
                connected_seconds=0,
                active_seconds=0,
                credited_seconds=0,
            ),
        ),
        assistance=(
            Assistance(
                at=_MORNING + timedelta(days=4, hours=2),
                channel="Forum",
                author="Yann Le Gall, formateur",
                about="Réponse sur le calcul des heures supplémentaires",
            ),
        ),
        evaluations=EVALUATIONS,
        connections=(
            ConnectionLine(
                day=date(2026, 3, 4),
                first_at=_MORNING + timedelta(days=2),
                last_at=_MORNING + timedelta(days=2, hours=1, minutes=13),
                connected_seconds=4380,
                active_seconds=3900,
                statement_count=42,
                activities=("Lire une fiche de paie",),
            ),
            ConnectionLine(
                day=date(2026, 3, 11),
                first_at=_MORNING + timedelta(days=9, hours=2, minutes=41),
                last_at=_MORNING + timedelta(days=9, hours=3),
                connected_seconds=1140,
                active_seconds=1080,
                statement_count=23,
                activities=("Quiz : le bulletin de paie",),
            ),
        ),
        rules=TimeRules(version="2026.1", idle_cap_seconds=600, sitting_break_seconds=1800),
        place="Paris",
        funding=FUNDING,
    ),
    DocumentType.RELCOMP: SkillsTranscript(
        signatory=SIGNATORY,
        trainee=TRAINEE,
        action=ACTION,
        lines=(
            TranscriptLine(
                module="Établir le bulletin",
                title="Quiz : le bulletin de paie",
                outcome=Outcome.ACQUIRED,
                at=_MORNING + timedelta(days=9, hours=3),
                score=0.85,
                mastery=0.7,
                attempts=1,
                statement_ids=(_STATEMENT.format(0x11),),
            ),
            TranscriptLine(
                module="Solder un compte",
                title="Étude de cas : un départ en cours de mois",
                outcome=Outcome.NOT_ACQUIRED,
                at=_MORNING + timedelta(days=24, hours=6),
                score=0.625,
                mastery=0.7,
                attempts=2,
                statement_ids=(_STATEMENT.format(0x12),),
            ),
            TranscriptLine(module="Solder un compte", title="Entretien oral", outcome=Outcome.WAIVED),
        ),
        acquired=1,
        evaluated=2,
        place="Paris",
    ),
    DocumentType.ATTENT: EntryAttestation(
        signatory=SIGNATORY,
        trainee=TRAINEE,
        action=ACTION,
        entered_on=date(2026, 3, 2),
        planned_seconds=_PLANNED,
        hours=HOURS,
        place="Paris",
        funding=Funding(funder="France Travail", scheme="AIF", file_no="41075-2026-55120"),
    ),
    DocumentType.ATTSORT: ExitAttestation(
        signatory=SIGNATORY,
        trainee=TRAINEE,
        action=ACTION,
        entered_on=date(2026, 3, 2),
        left_on=date(2026, 3, 19),
        reason=ExitReason.ABANDON,
        detail="Reprise d’emploi",
        realised_seconds=_REALISED,
        planned_seconds=_PLANNED,
        hours=HOURS,
        rate=Rate(
            formula="realisation_rate",
            version="1",
            numerator=_REALISED,
            denominator=_PLANNED,
            unit="second",
            percent=87,
        ),
        place="Paris",
        funding=Funding(funder="France Travail", scheme="AIF", file_no="41075-2026-55120"),
    ),
}
