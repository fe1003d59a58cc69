"""What a funder's pages say, and the words of what they show."""

from __future__ import annotations

from typing import Final

from analytics.facts import Presence
from dashboards.views.files import FileState
from dashboards.words import Texts
from evidence.completeness import State
from evidence.issuing.document import Status
from training.records.enrolment import ExitReason
from training.records.modality import Modality
from training.records.slot import HalfDay

TEXTS: Final[Texts] = {
    # The list
    "files_title": ("Mes dossiers financés", "My funded files"),
    "files_lead": (
        "Les inscriptions que vous financez, et elles seules : où elles en sont, leurs heures, leurs pièces.",
        "The enrolments that you fund, and no other: how they stand, their hours, their documents.",
    ),
    "files_seen": (
        "Vos lectures sont consignées au journal d’audit ; chaque stagiaire voit celles de son dossier.",
        "What you read is kept in the audit trail; each learner sees what was read of theirs.",
    ),
    "files_count": ("Dossiers", "Files"),
    "files_running": ("dont {count} en cours", "of which {count} running"),
    "files_hours": ("Heures créditées", "Credited hours"),
    "files_hours_of": ("sur {planned} prévues, pour ces dossiers", "of {planned} planned, for these files"),
    "files_lacking": ("Pièces à fournir", "Documents to come"),
    "files_overdue": ("dont {count} en retard", "of which {count} overdue"),
    "files_issued": ("Documents à lire", "Documents to read"),
    "files_filter": ("Quels dossiers", "Which files"),
    "files_all": ("Tous ({count})", "All ({count})"),
    "files_lacking_only": ("Pièces à fournir", "Documents to come"),
    "files_scheme": ("Dispositif", "Scheme"),
    "files_schemes_all": ("Tous les dispositifs", "All schemes"),
    "files_search": ("Dossier, stagiaire ou session", "File, learner or session"),
    "files_search_go": ("Chercher", "Search"),
    "files_list": ("Dossiers", "Files"),
    "files_part": (
        "Les {shown} premiers de {total} dossiers ; cherchez, ou filtrez.",
        "The first {shown} of {total} files; search, or filter.",
    ),
    "files_none": ("Aucun dossier ne correspond", "No file matches"),
    "files_none_hint": ("Élargissez la recherche ou le filtre.", "Search or filter for less."),
    "files_nobody": ("Aucun dossier financé n’est enregistré", "No funded file is on record"),
    "files_nobody_hint": (
        "Les inscriptions apparaissent ici dès que l’organisme vous y indique comme financeur.",
        "Enrolments appear here as soon as the provider names you as their funder.",
    ),
    "file_no": ("Dossier", "File"),
    "file_trainee": ("Stagiaire", "Learner"),
    "file_session": ("Session", "Session"),
    "file_scheme": ("Dispositif", "Scheme"),
    "file_state": ("État", "State"),
    "file_starts": ("Début", "Starts"),
    "file_ends": ("Fin", "Ends"),
    "file_agreed": ("Accordé", "Agreed"),
    "file_planned": ("Prévu", "Planned"),
    "file_credited": ("Crédité", "Credited"),
    "file_attendance": ("Assiduité", "Attendance"),
    "file_realisation": ("Réalisation", "Realisation"),
    "file_documents": ("Pièces", "Documents"),
    "file_unnamed": ("sans numéro", "without a number"),
    "pieces_overdue": ("{count} en retard", "{count} overdue"),
    "pieces_waiting": ("{count} à fournir", "{count} to come"),
    "pieces_there": ("{count} présentes", "{count} present"),
    "pieces_there_one": ("1 présente", "1 present"),
    "pieces_none": ("rien de dû", "nothing due"),
    # One file
    "file_title": ("Dossier", "File"),
    "file_lead": ("{session}, du {first} au {last}", "{session}, from {first} to {last}"),
    "file_about": ("Ce que dit le dossier", "What the file says"),
    "file_agreement": ("Accord de prise en charge", "Funding agreement"),
    "file_exit": ("Sortie", "Exit"),
    "file_exit_on": ("{reason}, le {day}", "{reason}, on {day}"),
    "file_due_next": ("Prochaine échéance", "Next deadline"),
    "file_hours": ("Heures par modalité", "Hours by modality"),
    "file_hours_caption": (
        "Crédité : présence signée, ou activité prouvée, au temps annoncé. Dû : ce qui devait avoir lieu à ce jour.",
        "Credited: attendance signed, or an activity proved, at its announced time. Due: what was to be held by now.",
    ),
    "file_modality": ("Modalité", "Modality"),
    "file_due": ("Dû à ce jour", "Due so far"),
    "file_half_days": ("Demi-journées", "Half-days"),
    "file_half_days_caption": (
        "Présentées par demi-journée, comme votre profil de financeur le demande.",
        "Shown by half-day, as your funder profile asks.",
    ),
    "file_days": ("Heures par jour", "Hours by day"),
    "file_days_caption": (
        "Présentées par jour, comme votre profil de financeur le demande.",
        "Shown by day, as your funder profile asks.",
    ),
    "file_day": ("Jour", "Day"),
    "file_half_day": ("Demi-journée", "Half-day"),
    "file_presence": ("Présence", "Attendance"),
    "file_results": ("Évaluations", "Assessments"),
    "file_results_caption": ("Votre profil de financeur demande ces résultats.", "Your funder profile asks for these."),
    "file_activity": ("Évaluation", "Assessment"),
    "file_score": ("Meilleur résultat", "Best result"),
    "file_passed": ("Réussie", "Passed"),
    "file_asked": ("Pièces demandées", "Documents asked for"),
    "file_asked_caption": (
        "Ce que demande votre profil de financeur, et où en est chaque pièce.",
        "What your funder profile asks for, and where each document stands.",
    ),
    "asked_none": ("Rien n’est demandé pour cette inscription", "Nothing is asked for of this enrolment"),
    "asked_none_hint": (
        "Le profil du financeur ne nomme aucune pièce.", "The funder’s profile names no document.",
    ),
    "hours_of": ("{credited} sur {planned}", "{credited} of {planned}"),
    "hours_of_due": ("{credited} sur {planned}, {due} dues", "{credited} of {planned}, {due} due"),
    "asked_document": ("Pièce", "Document"),
    "asked_period": ("Période", "Period"),
    "asked_due": ("Échéance", "Deadline"),
    "asked_issued": ("Émise le", "Issued on"),
    "file_nothing": ("Rien n’est encore compté pour ce dossier", "Nothing is counted for this file yet"),
    "file_nothing_hint": (
        "Les heures apparaissent avec les premières demi-journées et activités.",
        "Hours appear with the first half-days and activities.",
    ),
    # Documents
    "documents_title": ("Documents", "Documents"),
    "documents_lead": (
        "Les documents émis pour vos dossiers, scellés et vérifiables par quiconque en a le code.",
        "The documents issued for your files, sealed; anybody who has the code can check them.",
    ),
    "documents_of_file": ("Documents du dossier", "Documents of the file"),
    "documents_caption": (
        "Chaque PDF porte un sceau et un code ; « Vérifier » dit ce qu’il vaut aujourd’hui.",
        "Each PDF has a seal and a code; “Check” says what it is worth today.",
    ),
    "documents_none": ("Aucun document n’a encore été émis", "No document has been issued yet"),
    "documents_none_hint": (
        "Ils apparaissent ici dès que l’organisme les émet.", "They appear here as soon as the provider issues them.",
    ),
    "document": ("Document", "Document"),
    "document_number": ("Numéro", "Number"),
    "document_issued": ("Émis le", "Issued on"),
    "document_state": ("État", "State"),
    "document_check": ("Vérifier", "Check"),
    "document_check_of": ("Vérifier {number}", "Check {number}"),
    "document_get": ("Télécharger", "Download"),
    "document_get_of": ("Télécharger {number} (PDF)", "Download {number} (PDF)"),
    "document_version": ("version {version}", "version {version}"),
    "document_development": ("sceau d’essai, sans valeur", "development seal, of no value"),
    "dossier_get": ("Télécharger le dossier (zip)", "Download the dossier (zip)"),
    "period": ("du {first} au {last}", "from {first} to {last}"),
}  # fmt: skip

STATES: Final = {
    FileState.UPCOMING: ("à venir", "to come"),
    FileState.RUNNING: ("en cours", "running"),
    FileState.ENDED: ("terminée", "ended"),
}
EXITS: Final = {
    ExitReason.COMPLETED: ("formation suivie jusqu’au bout", "completed"),
    ExitReason.ABANDON: ("abandon", "abandoned"),
    ExitReason.TRANSFER: ("transfert", "transferred"),
    ExitReason.OF_INTERRUPTION: ("interruption par l’organisme", "interrupted by the provider"),
    ExitReason.FORCE_MAJEURE: ("force majeure", "force majeure"),
    ExitReason.EARLY_SUCCESS: ("réussite anticipée", "early success"),
    ExitReason.CANCELLED_BEFORE_ENTRY: ("annulée avant l’entrée", "cancelled before entry"),
    ExitReason.CONTRACT_TERMINATION: ("rupture du contrat", "contract ended early"),
}
MODALITIES: Final = {
    Modality.IN_PERSON: ("En présentiel", "In person"),
    Modality.SYNC_REMOTE: ("Classe virtuelle", "Virtual class"),
    Modality.ASYNC: ("À distance, à son rythme", "At a distance, self-paced"),
    Modality.BLENDED: ("Mixte", "Blended"),
    Modality.WORKPLACE: ("En situation de travail", "At the workplace"),
}
HALF_DAYS: Final = {
    HalfDay.AM: ("matin", "morning"),
    HalfDay.PM: ("après-midi", "afternoon"),
    HalfDay.EVENING: ("soir", "evening"),
}
PRESENCES: Final = {
    Presence.PRESENT: ("good", ("présent", "present")),
    Presence.PARTIAL: ("warning", ("présent en partie", "present in part")),
    Presence.LATE: ("warning", ("en retard", "late")),
    Presence.LEFT_EARLY: ("warning", ("parti avant la fin", "left early")),
    Presence.ABSENT_JUSTIFIED: ("plain", ("absent, justifié", "absent, justified")),
    Presence.ABSENT_UNJUSTIFIED: ("alarm", ("absent, non justifié", "absent, not justified")),
    Presence.EXCUSED_WAIVED: ("plain", ("dispensé", "waived")),
    Presence.CANCELLED: ("plain", ("annulée", "cancelled")),
    Presence.UNKNOWN: ("warning", ("rien n’est enregistré", "nothing is on record")),
    Presence.UPCOMING: ("plain", ("à venir", "to come")),
}
STATUSES: Final = {
    Status.VALID: ("good", ("en vigueur", "valid")),
    Status.TO_REPLACE: ("warning", ("à remplacer", "to be replaced")),
    Status.SUPERSEDED: ("plain", ("remplacé", "replaced")),
    Status.REVOKED: ("alarm", ("révoqué", "withdrawn")),
}
ASKED_STATES: Final = {
    State.PRESENT: ("good", ("présente", "present")),
    State.EXPIRED: ("warning", ("à remplacer", "to be replaced")),
    State.MISSING: ("warning", ("manquante", "missing")),
    State.DUE: ("warning", ("attendue", "due")),
    State.OVERDUE: ("alarm", ("en retard", "overdue")),
    State.UPCOMING: ("plain", ("à venir", "to come")),
    State.ON_REQUEST: ("plain", ("sur demande", "on request")),
    State.ELSEWHERE: ("plain", ("conservée ailleurs", "kept elsewhere")),
}
# Documents of a profile that Assidu does not issue (compliance 1.2).
ELSEWHERE: Final = {
    "PROG": ("Programme de formation", "Training programme"),
    "CONV": ("Convention de formation", "Training agreement"),
    "CONT": ("Contrat de formation", "Training contract"),
    "PIF": ("Protocole individuel de formation", "Individual training protocol"),
    "CONVOC": ("Convocation", "Notice to attend"),
    "POSI": ("Positionnement", "Initial assessment"),
    "ASSIST": ("Journal d’assistance", "Log of assistance"),
    "EVAL": ("Évaluation des acquis", "Assessment of learning"),
    "BILAN": ("Bilan de l’action", "Report on the training"),
    "SATCHAUD": ("Questionnaire à chaud", "Questionnaire at the end"),
    "SATFROID": ("Questionnaire à froid", "Questionnaire after some months"),
}
