"""What the pages say that show groups beside each other."""

from __future__ import annotations

from typing import Final

from dashboards.pages.manager import words as said
from dashboards.words import Texts

COMPARISON_TEXTS: Final[Texts] = {
    **said.SHARED,
    "content_title": ("Contenus", "Contents"),
    "content_lead": (
        "Ce qui est commencé, terminé, et où l’on s’arrête.",
        "What is begun, finished, and where people stop.",
    ),
    "modalities_title": ("Modalités", "Modalities"),
    "modalities_lead": (
        "Ce que chaque façon de former donne, avec ses effectifs.",
        "What each way of training gives, with its numbers.",
    ),
    "cohorts_title": ("Cohortes", "Cohorts"),
    "cohorts_lead": (
        "Les sessions d’un même programme, côte à côte.",
        "The sessions of one programme, side by side.",
    ),
    "programmes": ("Programme", "Programme"),
    "none_title": ("Rien à comparer pour l’instant", "Nothing to compare for now"),
    "none_hint": (
        "Il faut des sessions commencées, avec des stagiaires.",
        "It takes sessions that have begun, with learners.",
    ),
    "caveat": ("À lire avec prudence", "To be read with care"),
    "caveat_text": (
        "Les groupes diffèrent par bien d’autres choses que ce qui les sépare ici : un écart ne dit pas sa cause.",
        "Groups differ in much besides what sets them apart here: a gap does not say its cause.",
    ),
    "caveat_interval": (
        "L’intervalle (Wilson, 95 %) dit entre quelles valeurs la vraie part peut se trouver.",
        "The interval (Wilson, 95%) says between which values the true share may lie.",
    ),
    "small": (
        "En dessous de {count} personnes, rien n’est publié.",
        "Of fewer than {count} people nothing is published.",
    ),
    "activity": ("Activité", "Activity"),
    "activities_of": ("Activités de « {title} »", "Activities of “{title}”"),
    "activities_caption": (
        "{people} inscription(s), {sessions} session(s). Les parts sont de ceux qui ont commencé.",
        "{people} enrolment(s), {sessions} session(s). Shares are of those who began.",
    ),
    "began": ("Commencée", "Begun"),
    "finished": ("Terminée", "Finished"),
    "finished_interval": ("Intervalle", "Interval"),
    "stopped": ("S’arrêtent là", "Stop here"),
    "stopped_interval": ("Intervalle (arrêt)", "Interval (stop)"),
    "attempts": ("Tentatives (médiane)", "Attempts (median)"),
    "minutes": ("Temps actif (médiane)", "Active time (median)"),
    "ratio": ("Actif / annoncé", "Active / announced"),
    "stop_chart": ("Où l’on s’arrête", "Where people stop"),
    "stop_caption": (
        "Part de ceux qui ont commencé l’activité et n’ont rien fait ensuite, sans finir la formation.",
        "Share of those who began the activity and did nothing after it, without finishing the course.",
    ),
    "hours": ("Heures par modalité", "Hours by modality"),
    "hours_caption": ("Toutes les sessions ensemble.", "All sessions together."),
    "groups": ("Sessions par modalité", "Sessions by modality"),
    "groups_caption": (
        "Chaque session compte sous la modalité dans laquelle elle est tenue.",
        "Each session counts under the modality in which it is held.",
    ),
    "sessions": ("Sessions", "Sessions"),
    "group": ("Groupe", "Group"),
    "completed": ("Formation achevée", "Course completed"),
    "completed_interval": ("Intervalle", "Interval"),
    "abandoned": ("Abandon", "Dropout"),
    "abandoned_interval": ("Intervalle (abandon)", "Interval (dropout)"),
    "people_count": ("Personnes", "People"),
    "total": ("Ensemble", "Together"),
    "cohorts_of": ("Sessions de « {title} »", "Sessions of “{title}”"),
    "cohorts_caption": (
        "Achèvement : de ceux qui sont entrés. Abandon : de ceux qui sont entrés et dont la formation est finie.",
        "Completion: of those who entered. Dropout: of those who entered and whose course is over.",
    ),
    "completed_chart": ("Formation achevée, avec son intervalle", "Course completed, with its interval"),
}
