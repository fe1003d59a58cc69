"""What the manager's pages about follow-ups and estimates say."""

from __future__ import annotations

from typing import Any, Final

from dashboards.frame import parts
from dashboards.pages.manager import words as said
from dashboards.words import Texts, Words

FOLLOWUP_TEXTS: Final[Texts] = {
    **said.SHARED,
    "followups_title": ("Suivis", "Follow-ups"),
    "followups_lead": (
        "Qui est accompagné, par qui, ce qui est en retard, et ce qu’il en est advenu.",
        "Who is being helped, by whom, what is overdue, and what came of it.",
    ),
    "nav": ("Suivis et estimations", "Follow-ups and estimates"),
    "nav_followups": ("Suivis", "Follow-ups"),
    "nav_sessions": ("Par session", "By session"),
    "nav_model": ("Modèle", "Model"),
    "off_title": ("Aucune estimation n’est faite", "Nothing is estimated"),
    "off_text": (
        "L’administration de l’organisme ne l’a pas décidé. Un suivi s’ouvre à la main depuis la page d’un stagiaire.",
        "The organisation’s administrators have not decided so. A follow-up is opened by hand on a learner’s page.",
    ),
    "followups_none": ("Aucun suivi", "No follow-up"),
    "followups_none_hint": (
        "Une alerte en ouvre un, ou un formateur depuis la page d’un stagiaire.",
        "An alert opens one, or a trainer does on a learner’s page.",
    ),
    "open": ("Ouverts", "Open"),
    "open_caption": ("Les plus en retard d’abord.", "The longest overdue first."),
    "open_none": ("Aucun suivi ouvert.", "No open follow-up."),
    "overdue": ("En retard", "Overdue"),
    "in_time": ("Premier contact à temps", "First contact in time"),
    "days_to_contact": ("Délai du premier contact", "Time to first contact"),
    "median": ("médiane", "median"),
    "helpful": ("Alertes utiles", "Alerts that helped"),
    "part": ("{part} sur {whole} ({interval})", "{part} of {whole} ({interval})"),
    "how": ("Comment ces chiffres sont faits", "How these figures are made"),
    "how_in_time": (
        "Premier contact à temps : fait dans le délai, sur les suivis ouverts depuis le {since} où il est fait ou dû.",
        "First contact in time: within the delay, of follow-ups opened since {since} where it is done or due.",
    ),
    "how_days": (
        "Délai du premier contact : jours entre l’ouverture et le premier contact, suivis ouverts depuis le {since}.",
        "Time to first contact: days from opening to the first contact, of follow-ups opened since {since}.",
    ),
    "how_helpful": (
        "Alertes utiles : il y avait lieu d’aider, sur celles closes depuis le {since} dont l’issue permet de le dire.",
        "Alerts that helped: there was something to help with, of those closed since {since} whose outcome tells.",
    ),
    "how_interval": (
        "L’intervalle (Wilson, 95 %) dit entre quelles valeurs la vraie part peut se trouver.",
        "The interval (Wilson, 95%) says between which values the true share may lie.",
    ),
    "owners": ("Par responsable du suivi", "By owner"),
    "owners_caption": (
        "Pour répartir l’aide, pas pour comparer les personnes.",
        "To share out the help, not to compare people.",
    ),
    "owner": ("Suivi par", "Followed by"),
    "managers": ("les responsables", "the managers"),
    "untouched": ("Sans contact", "No contact yet"),
    "outcomes": ("Issues", "Outcomes"),
    "outcomes_caption": ("Suivis clos depuis le {since}.", "Follow-ups closed since {since}."),
    "outcome": ("Issue", "Outcome"),
    "closed": ("Clos", "Closed"),
    "closed_none": ("Aucun suivi clos.", "No closed follow-up."),
    "closed_on": ("Clos le", "Closed on"),
    "quiet": ("Sans alerte jusqu’au", "No alert until"),
    "opened": ("Ouvert le", "Opened on"),
    "due": ("Échéance", "Deadline"),
    "contacts": ("Contacts", "Contacts"),
    "first": ("premier contact", "first contact"),
    "next": ("suite ou issue", "next step"),
    # By session.
    "sessions_title": ("Estimations par session", "Estimates by session"),
    "sessions_lead": (
        "Où porter l’aide : combien de stagiaires sont signalés, et combien sont accompagnés.",
        "Where to bring help: how many learners are flagged, and how many are being helped.",
    ),
    "sessions_caption": (
        "Sessions en cours, en effectifs. Une ligne mène aux stagiaires à contacter.",
        "Running sessions, in counts. A line leads to the learners to contact.",
    ),
    "sessions_none": ("Aucune session en cours", "No running session"),
    "scored": ("Estimés", "Estimated"),
    "calibrated": ("Dont calibrés", "Of them calibrated"),
    "flagged": ("Signalés", "Flagged"),
    "followed": ("Suivis ouverts", "Open follow-ups"),
    "without": ("Sans estimation", "No estimate"),
    "without_why": ("Pourquoi certains n’ont pas d’estimation", "Why some have no estimate"),
    "without_line": ("{session} : {count}. {why}", "{session}: {count}. {why}"),
    # The model.
    "model_title": ("Le modèle et sa fiabilité", "The model and how far it holds"),
    "model_lead": (
        "Peut-on s’y fier, sur qui, et depuis quand ; ce qu’il ne sait pas dire.",
        "Whether it can be relied on, of whom, and since when; and what it cannot say.",
    ),
    "model_none": ("Aucun modèle n’est en service", "No model is in use"),
    "model_none_hint": (
        "Il faut assez de parcours terminés. « assidu risk status » dit ce qui manque.",
        "It takes enough finished enrolments. “assidu risk status” says what is missing.",
    ),
    "cards": ("En service", "In use"),
    "card_model": ("Modèle", "Model"),
    "card_since": ("Depuis", "Since"),
    "card_learnt": ("Appris sur", "Learnt from"),
    "card_learnt_text": ("{first} au {last}, {count} ligne(s)", "{first} to {last}, {count} row(s)"),
    "card_signed": ("Empreinte et signature", "Digest and signature"),
    "card_why": ("Pourquoi il a été retenu", "Why it was kept"),
    "target_at_risk": ("Ne pas mener la formation à son terme", "Not bringing the course to its end"),
    "target_leaves": ("Quitter la formation avant la fin", "Leaving the course before its end"),
    "target_leaves_soon": ("Quitter la formation dans les 28 jours", "Leaving the course within 28 days"),
    "judged": ("Tenue sur des sessions plus récentes", "How it held on later sessions"),
    "judged_caption": (
        "Sessions qu’il n’avait pas vues. Au-delà de {limit} d’écart de calibration, aucun pourcentage n’est montré.",
        "Sessions it had not seen. Above a calibration error of {limit} no percentage is shown.",
    ),
    "judged_none": ("Aucune session plus récente n’est finie.", "No later session has ended."),
    "together": ("Ensemble", "Together"),
    "day": ("Jour de la session", "Day of the session"),
    "count": ("Effectif", "Count"),
    "base": ("Taux observé", "Observed rate"),
    "auc": ("AUC (intervalle)", "AUC (interval)"),
    "error": ("Écart de calibration", "Calibration error"),
    "brier": ("Brier (constante)", "Brier (constant)"),
    "precision": ("Précision au 10 %", "Precision at 10%"),
    "recall": ("Rappel au 10 %", "Recall at 10%"),
    "drift": ("Ce qui a changé depuis", "What has changed since"),
    "drift_caption": (
        "Stabilité des caractéristiques : au-dessus de 0,1 à regarder, au-dessus de 0,25 à réapprendre.",
        "Stability of features: above 0.1 to be looked at, above 0.25 to be learnt again.",
    ),
    "drift_none": ("Rien n’a encore été comparé.", "Nothing has been compared yet."),
    "drift_said": (
        "Annoncé {said} en moyenne, observé {happened}, sur {count} estimation(s) de sessions finies depuis.",
        "Said {said} on average, happened {happened}, of {count} estimate(s) of sessions ended since.",
    ),
    "feature": ("Caractéristique", "Feature"),
    "index": ("Indice de stabilité", "Stability index"),
    "missing": ("Inconnue alors / maintenant", "Not known then / now"),
    "drift_chart": (
        "Plus grand indice de stabilité, jour par jour ; au-dessus de 0,25 le modèle est à réapprendre.",
        "Largest stability index, day by day; above 0.25 the model is to be learnt again.",
    ),
    "lead": ("Avance des alertes", "How early alerts came"),
    "lead_named": ("Abandons précédés d’une alerte", "Dropouts that an alert preceded"),
    "lead_days": ("Avance médiane", "Median lead"),
    "lead_caption": (
        "Abandons et ruptures de contrat des douze derniers mois. Une alerte suivie d’une reprise n’y est pas.",
        "Dropouts and terminated contracts of twelve months. An alert after which somebody resumed is not here.",
    ),
    "groups": ("Écarts entre groupes", "Gaps between groups"),
    "groups_text": (
        "Sexe, âge, handicap, origine n’entrent jamais ; l’audit par groupe, sur données publiques, est dans la fiche.",
        "Sex, age, disability or origin never enter; the audit by group, on public data, is in the model card.",
    ),
    "trainings": ("Apprentissages", "Trainings"),
    "trainings_caption": (
        "Un nouveau modèle ne remplace l’ancien que s’il n’est pas moins bon sur des données plus récentes.",
        "A new model replaces the old one only if it is no worse on later data.",
    ),
    "verdict_kept": ("retenu", "kept"),
    "verdict_refused": ("écarté", "refused"),
    "verdict": ("Décision", "Decision"),
    "why": ("Motif", "Why"),
    "at": ("Quand", "When"),
    "target": ("Ce qui est estimé", "What is estimated"),
    "status": ("État", "Status"),
    "status_scored": ("Estimés aujourd’hui", "Estimated today"),
    "status_at": ("Dernière estimation", "Last estimate"),
    "status_trained": ("Dernier apprentissage", "Last training"),
    "status_next": ("Prochain apprentissage", "Next training"),
    "never": ("jamais", "never"),
    "sessions_how": ("Comment lire ce tableau", "How to read this table"),
    "sessions_how_text": (
        "Estimés : au moins un rang. Calibrés : la probabilité a tenu face à la suite. Qui s’oppose n’est pas compté.",
        "Estimated: a rank at least. Calibrated: the probability held later. Whoever objects is not counted.",
    ),
}


def nav(words: Words, here: str) -> Any:  # noqa: ANN401 - a component
    """Return the ways of looking at follow-ups and estimates."""
    places = (("followups", "followups"), ("followups/sessions", "sessions"), ("followups/model", "model"))
    return parts.choice(words("nav"), [(path, words(f"nav_{name}"), name == here) for path, name in places])
