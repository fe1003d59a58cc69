"""What a learner's first page says."""

from __future__ import annotations

from typing import Final

from dashboards.pages.learner.words import LEARNER_TEXTS
from dashboards.words import Texts

HOME_TEXTS: Final[Texts] = {
    **LEARNER_TEXTS,
    "hello": ("Bonjour {name}", "Hello {name}"),
    "hello_plain": ("Mon parcours", "My progress"),
    "lead": (
        "Ce qui vous attend, ce qui est fait, et ce que le calendrier prévoit à ce jour.",
        "What is next, what is done, and what the calendar asks for by today.",
    ),
    "none": ("Aucune inscription pour l’instant", "No enrolment yet"),
    "none_hint": (
        "Votre parcours apparaîtra ici dès que votre organisme vous aura inscrit à une session.",
        "Your progress will show here as soon as you are enrolled in a session.",
    ),
    "dates": ("Du {first} au {last}", "From {first} to {last}"),
    "stage_ongoing": ("en cours", "under way"),
    "stage_upcoming": ("à venir", "upcoming"),
    "stage_ended": ("terminée", "ended"),
    "stage_left": ("quittée", "left"),
    "left_on": ("Votre inscription a pris fin le {day} : {why}.", "Your enrolment ended on {day}: {why}."),
    "why_ABANDON": ("abandon", "given up"),
    "why_TRANSFER": ("transfert vers une autre session", "transfer to another session"),
    "why_OF_INTERRUPTION": ("interruption par l’organisme", "interrupted by the organisation"),
    "why_FORCE_MAJEURE": ("force majeure", "force majeure"),
    "why_EARLY_SUCCESS": ("réussite anticipée", "early success"),
    "why_CANCELLED_BEFORE_ENTRY": ("annulation avant l’entrée", "cancelled before entry"),
    "why_CONTRACT_TERMINATION": ("rupture du contrat", "contract ended early"),
    "why_COMPLETED": ("parcours achevé", "completed"),
    "now": ("En ce moment", "Now"),
    "next_slot": ("Prochaine demi-journée", "Next half-day"),
    "next_activity": ("À faire maintenant", "To do now"),
    "open": ("Ouvrir", "Open"),
    "open_named": ("Ouvrir « {title} » dans un nouvel onglet", "Open “{title}” in a new tab"),
    "then": ("Ensuite", "Then"),
    "all_steps": ("Tout ce qui reste ({count})", "All that is left ({count})"),
    "estimate": ("durée annoncée {time}", "announced time {time}"),
    "asked_by": ("prévue pour le {day}", "asked for by {day}"),
    "tried": ("meilleur score {score}", "best score {score}"),
    "nothing_left": ("Il ne reste rien à faire à distance.", "Nothing is left to do at a distance."),
    "starts_soon": ("Votre session commence le {day}.", "Your session begins on {day}."),
    "overdue_title": (
        "{count} en retard sur votre calendrier individuel",
        "{count} overdue by your individual calendar",
    ),
    "activity_one": ("activité", "activity"),
    "activity_many": ("activités", "activities"),
    "done": ("Travail à distance fait", "Distance work done"),
    "done_text": ("{done}\u00a0sur\u00a0{whole}", "{done}\u00a0of\u00a0{whole}"),
    "expected": (
        "À ce jour, le calendrier en prévoit {expected} (le trait sur la barre).",
        "By today the calendar asks for {expected} (the mark on the bar).",
    ),
    "expected_even": (
        "À ce jour, au rythme des jours de la session, {expected} (le trait sur la barre).",
        "By today, in step with the days of the session, {expected} (the mark on the bar).",
    ),
    "done_count": ("{done} sur {whole} activités obligatoires", "{done} of {whole} mandatory activities"),
    "half_days": ("Demi-journées suivies ou excusées", "Half-days attended or excused"),
    "half_days_text": ("{part}\u00a0sur\u00a0{whole}", "{part}\u00a0of\u00a0{whole}"),
    "completed": ("Parcours achevé", "Completed"),
    "completed_text": (
        "Tout ce que votre programme demande est attesté.",
        "All that your programme asks for is evidenced.",
    ),
    "no_facts": (
        "Rien n’est encore calculé pour cette session ; revenez dans quelques instants.",
        "Nothing is worked out for this session yet; come back in a moment.",
    ),
    "hours": ("Mes heures retenues, par modalité", "My credited hours, by modality"),
    "hours_text": ("{credited}\u00a0sur\u00a0{planned}", "{credited}\u00a0of\u00a0{planned}"),
    "hours_due": ("{due} dues à ce jour", "{due} due by now"),
    "hours_waived": ("{waived} dispensées", "{waived} waived"),
    "times": ("Les cinq temps, et ce que chacun veut dire", "The five times, and what each means"),
    "time_planned": ("Prévu", "Planned"),
    "time_planned_text": ("Ce que dit votre contrat ou votre convention.", "What your contract says."),
    "time_estimated": ("Estimé", "Estimated"),
    "time_estimated_text": (
        "La durée annoncée de toutes les activités obligatoires.",
        "The announced time of all mandatory activities.",
    ),
    "time_connected": ("Connecté", "Connected"),
    "time_connected_text": (
        "Du premier au dernier geste de chaque connexion, pauses comprises ; chaque instant une seule fois.",
        "From the first to the last act of each sitting, pauses included; each instant once.",
    ),
    "time_active": ("Actif", "Active"),
    "time_active_text": ("Le même, sans les longues pauses.", "The same, without the long pauses."),
    "time_credited": ("Retenu", "Credited"),
    "time_credited_text": (
        "Ce qu’imprime un document : présence en demi-journée, durée annoncée des activités faites.",
        "What a document prints: presence in half-days, announced time of the activities done.",
    ),
    "times_note": (
        "Ces temps ne s’additionnent pas et ne se remplacent pas : chacun répond à une autre question.",
        "These times are not added up and do not stand for each other: each answers another question.",
    ),
    "figures": ("Mes taux, et comment ils sont calculés", "My rates, and how they are worked out"),
    "completion_rate_weighted": ("Travail fait", "Work done"),
    "progression": ("Par rapport au calendrier", "Against the calendar"),
    "attendance_rate_net": ("Assiduité", "Attendance"),
    "realisation_rate": ("Réalisation", "Realisation"),
    "records": ("Voir mes traces de cette session", "See my statements of this session"),
    "past": ("Mes sessions passées", "My past sessions"),
    "get_documents": ("Mes documents", "My documents"),
}
