"""What the pages of cmi5 courses say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboards.frame import parts
from dashboards.pages.administrator.form import FORM_TEXTS
from dashboards.words import Texts
from lrs.courses.cmi5_plays import UnitState

STATE_TONES: Final[Mapping[UnitState, parts.Tone]] = {
    UnitState.TO_DO: "plain", UnitState.BEGUN: "plain", UnitState.SATISFIED: "good", UnitState.WAIVED: "good",
    UnitState.TO_READ: "plain", UnitState.READ: "good",
}  # fmt: skip
# The reasons that cmi5 names (9.5.5.2), as statements say them.
REASONS: Final = ("Tested Out", "Equivalent AU", "Equivalent Outside Activity", "Administrative")
CMI5_TEXTS: Final[Texts] = {
    **FORM_TEXTS,
    "title": ("Cours cmi5", "cmi5 courses"),
    "lead": (
        "Ce que chaque cours demande, qui y est inscrit, et où chacun en est.",
        "What each course asks for, who is registered, and how everybody stands.",
    ),
    "add": ("Ajouter un cours", "Add a course"),
    "none": ("Aucun cours cmi5", "No cmi5 course"),
    "none_hint": (
        "Un administrateur ajoute le fichier que l’outil auteur exporte en cmi5 ; tout ce qui ne va pas est listé.",
        "An administrator adds the file that the authoring tool exports as cmi5; all that is wrong is listed.",
    ),
    "registered": ("Inscriptions", "Registrations"),
    "registered_text": (
        "{satisfied} sur {registered} ont satisfait tout le cours",
        "{satisfied} of {registered} have satisfied the whole course",
    ),
    "registered_none": ("aucune", "none"),
    "updated": ("Dernier import", "Last import"),
    "publisher": ("Identifiant de l’éditeur", "The publisher’s id"),
    "units": ("Unités", "Units"),
    "units_count": ("{count} unité(s)", "{count} unit(s)"),
    "see": ("Voir les inscriptions", "See the registrations"),
    "move_on": ("Pour être satisfaite", "To be satisfied"),
    "asks": ("– pour être satisfaite : {text}", "– to be satisfied: {text}"),
    "move_on_Passed": ("être réussie", "be passed"),
    "move_on_Completed": ("être terminée", "be completed"),
    "move_on_CompletedAndPassed": ("être terminée et réussie", "be completed and passed"),
    "move_on_CompletedOrPassed": ("être terminée ou réussie", "be completed or passed"),
    "move_on_NotApplicable": ("rien, elle est à consulter", "nothing, it is there to look at"),
    "mastery": ("{text} (au moins {score})", "{text} (at least {score})"),
    "mapped": ("dans un programme", "in a programme"),
    "course_none": ("Personne n’est encore inscrit", "Nobody is registered yet"),
    "course_none_hint": (
        "Une inscription commence au premier lancement, depuis la page du stagiaire ou par un lien.",
        "A registration begins with the first launch, from the learner’s page or by a link.",
    ),
    "shown_some": (
        "Les {shown} premières sur {registered} sont montrées, les non satisfaites d’abord.",
        "The first {shown} of {registered} are shown, the unsatisfied first.",
    ),
    "column_who": ("Stagiaire", "Learner"),
    "column_met": ("Unités satisfaites", "Units satisfied"),
    "column_state": ("Cours", "Course"),
    "column_last": ("Dernière activité", "Last activity"),
    "column_unit": ("Unité", "Unit"),
    "column_unit_state": ("État", "State"),
    "column_launched": ("Lancée", "Launched"),
    "column_session": ("Session", "Session"),
    "column_mode": ("Mode", "Mode"),
    "column_initialized": ("Commencée", "Begun"),
    "column_terminated": ("Terminée", "Ended"),
    "course_satisfied": ("satisfait", "satisfied"),
    "course_open": ("en cours", "under way"),
    "session_open": ("ouverte", "open"),
    "session_terminated": ("terminée", "ended"),
    "session_abandoned": ("interrompue", "abandoned"),
    "mode_Normal": ("normal", "normal"),
    "mode_Browse": ("parcours libre", "looking around"),
    "mode_Review": ("relecture", "looking again"),
    "sessions": ("Sessions", "Sessions"),
    "sessions_caption": (
        "« Interrompue » : le contenu n’a pas dit qu’il se terminait. Cela ne dit rien d’un abandon de la formation.",
        "“Abandoned”: the content never said that it ended. It says nothing of anybody giving up a training.",
    ),
    "sessions_none": ("Aucune session.", "No session."),
    "enrolment": ("Dossier de l’inscription", "File of the enrolment"),
    "waive": ("Dispenser d’une unité", "Waive a unit"),
    "waive_caption": (
        "L’unité compte comme satisfaite par un autre moyen. C’est écrit dans les traces, et ne se défait pas.",
        "The unit counts as satisfied by other means. That is written into the log, and is not undone.",
    ),
    "waive_unit": ("Unité", "Unit"),
    "waive_reason": ("Motif", "Reason"),
    "waive_other": ("Autre motif", "Another reason"),
    "hint_other": ("À la place d’un motif de la liste ; 500 signes au plus.", "In place of one listed; at most 500."),
    "waive_do": ("Dispenser", "Waive"),
    "waived_done": ("La dispense est enregistrée.", "The waiver is recorded."),
    "reason_Tested Out": ("Test de positionnement réussi", "Tested out"),
    "reason_Equivalent AU": ("Unité équivalente déjà suivie", "Equivalent unit"),
    "reason_Equivalent Outside Activity": ("Activité équivalente hors du cours", "Equivalent outside activity"),
    "reason_Administrative": ("Décision administrative", "Administrative"),
    f"state_{UnitState.TO_DO}": ("à faire", "to do"),
    f"state_{UnitState.BEGUN}": ("en cours", "begun"),
    f"state_{UnitState.SATISFIED}": ("satisfait", "satisfied"),
    f"state_{UnitState.WAIVED}": ("dispensé", "waived"),
    f"state_{UnitState.TO_READ}": ("à consulter", "to look at"),
    f"state_{UnitState.READ}": ("consulté", "looked at"),
}
