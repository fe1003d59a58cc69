"""What each rule is called, and where its default comes from, in words for the people who answer for it.

Keys are the names of provisions; the law's own data has them for programs. A test misses any that stands there and not
here.
"""

from __future__ import annotations

from typing import Final

from dashboards.words import Texts

_BY_US = ("Choix de conception : aucun texte ne fixe de valeur", "Design choice: no text gives a value")
_CHAIN = (
    "CAA Nantes, 20 avril et 1er juin 2021 : signatures en chaîne, feuilles identiques",
    "CAA Nantes, 20 April and 1 June 2021: chain signing, identical sheets",
)
_ACCESS = (
    "Accès individuel et authentifié ; aucun texte ne fixe de durée",
    "Individual, authenticated access; no text gives a time",
)

# A rule's name → what it says.
TITLES: Final[Texts] = {
    "slot.longest_seconds": (
        "Durée maximale d’un créneau couvert par une seule signature",
        "Longest slot that one signature may stand for",
    ),
    "slot.half_days": (
        "Heures entre lesquelles commence un créneau de chaque demi-journée",
        "Local times within which a slot of each half-day begins",
    ),
    "contract.tolerance_seconds": (
        "Dépassement admis entre les créneaux d’une session et les heures du contrat",
        "By how much the slots of a session may exceed the hours of a contract",
    ),
    "attendance.opens_before_seconds": (
        "Ouverture de la signature avant le début du créneau",
        "How long before a slot starts it may be signed",
    ),
    "attendance.closes_after_seconds": (
        "Délai après la fin du créneau pendant lequel une signature n’est pas en retard",
        "How long after a slot ends a signature is not late",
    ),
    "attendance.late_signing_seconds": (
        "Délai pendant lequel une signature tardive, motivée, est encore acceptée",
        "How long a late signature, with its reason, is still taken",
    ),
    "attendance.burst": (
        "Signatures d’un même appareil, en peu de temps, à partir desquelles elles sont signalées",
        "How many signatures from one device within how many seconds are flagged",
    ),
    "attendance.outside_window": (
        "Signature donnée en dehors de la période prévue",
        "What becomes of a signature outside its window",
    ),
    "attendance.rest_day": (
        "Signature pour un dimanche ou un jour férié non prévu par la session",
        "What becomes of a signature for a Sunday or a public holiday",
    ),
    "attendance.drawing_reused": (
        "Signature dont le tracé figure déjà ailleurs",
        "What becomes of a signature whose drawing stands elsewhere",
    ),
    "attendance.device_burst": (
        "Signature venue avec beaucoup d’autres du même appareil",
        "What becomes of a signature that comes with many others from one device",
    ),
    "attendance.two_places": (
        "Présence simultanée de la même personne dans deux créneaux",
        "What becomes of a presence in two slots at once",
    ),
    "attendance.trainer_missing": (
        "Feuille close sans la signature du formateur",
        "What becomes of a sheet closed without the trainer’s signature",
    ),
    "attendance.class_link_seconds": (
        "Durée maximale du lien d’un créneau ouvert",
        "How long the link of an open slot works at most",
    ),
    "attendance.personal_link_seconds": (
        "Durée d’un lien personnel de signature",
        "How long a personal signing link works",
    ),
    "attendance.displayed_code_seconds": (
        "Durée d’affichage d’un code de signature",
        "How long a displayed code is shown",
    ),
    "attendance.mailed_code_seconds": (
        "Durée d’un code envoyé par courriel",
        "How long a code sent by e-mail works",
    ),
    "attendance.ticket_seconds": (
        "Temps laissé pour signer après s’être identifié",
        "How long somebody who has shown who they are may take to sign",
    ),
    "attendance.claims_kept_seconds": (
        "Durée pendant laquelle tracés et appareils sont retenus pour repérer leur retour",
        "How long drawings and devices are remembered",
    ),
    "facts.idle_cap_seconds": (
        "Temps pendant lequel un geste montre que la personne travaille",
        "For how long an act shows that its author is at work",
    ),
    "facts.sitting_break_seconds": (
        "Pause au-delà de laquelle commence une nouvelle séance de travail",
        "The pause after which a new sitting begins",
    ),
    "facts.longest_stretch_seconds": (
        "Durée maximale lue pour une ouverture, une classe ou une durée déclarée",
        "The longest that one opening, class or declared duration is read as",
    ),
    "facts.clock_tolerance_seconds": (
        "Avance admise de l’horloge d’un LMS",
        "How far ahead a sender’s clock may be",
    ),
    "facts.class_margin_seconds": (
        "Marge autour d’un créneau pour les traces d’une classe virtuelle",
        "How long around a slot a virtual classroom’s statements belong to it",
    ),
    "facts.credits_class_log": (
        "Le journal d’entrées et de sorties d’une classe crédite un créneau sans signature",
        "Whether a class’s log credits a slot that has no mark",
    ),
    "facts.credits_outside_contract": (
        "Le travail en dehors des dates du contrat est crédité",
        "Whether work outside the contract’s dates is credited",
    ),
    "facts.long_sitting_seconds": (
        "Connexion sans pause signalée à partir de",
        "From which length a connection without a break is flagged",
    ),
    "facts.silent_stretch_seconds": (
        "Connexion sans aucun geste signalée à partir de",
        "From which length a stretch without an act is flagged",
    ),
    "facts.parallel_tolerance_seconds": (
        "Chevauchement admis entre deux présences",
        "How long two presences may overlap",
    ),
    "facts.speed_floor_share": (
        "Part du temps annoncé sous laquelle une activité est signalée trop rapide",
        "Share of its announced time under which an activity is flagged as too fast",
    ),
    "facts.low_connection_share": (
        "Part du temps annoncé sous laquelle la connexion est signalée faible",
        "Share of its announced time under which connection is flagged as low",
    ),
    "facts.log_shortfall_seconds": (
        "Écart entre l’émargement et le journal de la classe, signalé à partir de",
        "From which gap between a mark and the class’s log is flagged",
    ),
    "facts.probation_days": (
        "Jours pendant lesquels une rupture d’apprentissage est comptée à part",
        "Days within which an ended apprenticeship is counted apart",
    ),
    "facts.realisation_cap": ("Plafond du taux de réalisation", "The most that the realisation rate may be"),
    "assistance.reply_seconds": (
        "Délai annoncé pour répondre à la question d’un stagiaire",
        "Within how long a trainee’s question is answered",
    ),
    "contact.idle_days": (
        "Jours sans trace après lesquels un stagiaire est à contacter, au moins",
        "Days without a trace after which somebody is to be contacted, at the least",
    ),
    "contact.idle_rhythms": (
        "Multiple de la pause habituelle de la session après lequel un stagiaire est à contacter",
        "How many times the session’s usual pause before somebody is to be contacted",
    ),
    "contact.missed_half_days": (
        "Demi-journées manquées à la suite à partir desquelles contacter un stagiaire",
        "Half-days missed in a row from which somebody is to be contacted",
    ),
    "contact.failed_attempts": (
        "Échecs à une même activité à partir desquels contacter un stagiaire",
        "Failures of one activity from which somebody is to be contacted",
    ),
    "contact.behind_share": (
        "Part du travail attendu sous laquelle un stagiaire est à contacter",
        "Share of the expected work below which somebody is to be contacted",
    ),
    "contact.behind_seconds": (
        "Temps annoncé qui manque, au moins, à un stagiaire en retard",
        "How much announced time, at the least, somebody behind is missing",
    ),
    "retention.documents": (
        "Documents émis, et traces qu’ils citent",
        "Issued documents and the statements that they cite",
    ),
    "retention.attendance": (
        "Émargement : signatures, absences, journaux de classes",
        "Attendance: signatures, absences, logs of classes",
    ),
    "retention.cofinanced": (
        "Documents et émargement d’un dossier cofinancé par l’Europe",
        "Documents and attendance with European co-funding",
    ),
    "retention.traces": (
        "Traces brutes qu’aucun document ne cite",
        "Raw statements that no document cites",
    ),
    "retention.verification": (
        "Preuve qu’un document a été émis, sans son contenu",
        "That a document was issued, without its content",
    ),
    "retention.destruction_certificates": ("Certificats de destruction", "Certificates of destruction"),
    "followup.first_days": (
        "Suivi : jours pour un premier contact après l’ouverture",
        "Follow-up: days to a first contact after it is opened",
    ),
    "followup.next_days": (
        "Suivi : jours, après un contact, pour la suite ou l’issue",
        "Follow-up: days after a contact until the next step or the outcome",
    ),
    "followup.override_days_most": (
        "Suivi : durée la plus longue d’une suspension des alertes, en jours",
        "Follow-up: for how many days at most alerts can be suspended",
    ),
    "groups.least": (
        "Effectif en dessous duquel un chiffre de groupe n’est pas montré",
        "From how many people on a figure about a group is shown",
    ),
    "risk.scoring": (
        "Fréquence des estimations de décrochage dans une même journée",
        "How often estimates of dropout are made again within a day",
    ),
    "risk.alerts": (
        "Alertes de décrochage : part des stagiaires qu’un formateur peut appeler, et quand une alerte s’éteint",
        "Dropout alerts: the share of trainees that a trainer can call, and when an alert ends",
    ),
    "risk.training": (
        "Apprentissage des modèles de décrochage : rythme, données nécessaires, recul toléré",
        "Fitting of dropout models: rhythm, data needed, how much worse a new one may be",
    ),
    "risk.pooling": (
        "Modèles communs à plusieurs organismes : y contribuer, les utiliser",
        "Models of several organisations together: contributing to them, using them",
    ),
    "risk.retention": (
        "Durée de conservation des estimations après la fin de la formation",
        "How long estimates are kept after the end of the training",
    ),
}

# A rule's name → where its default comes from.
SOURCES: Final[Texts] = {
    "slot.longest_seconds": ("La demi-journée ; aucun texte ne donne de nombre", "A half-day; no text gives a number"),
    "slot.half_days": ("Horaires usuels ; aucun texte n’en donne", "Usual hours; no text gives any"),
    "contract.tolerance_seconds": (
        "D6353-1 : la durée figure au contrat ; davantage d’heures demande un avenant",
        "D6353-1: the duration stands in the contract; more hours take an amendment",
    ),
    "attendance.opens_before_seconds": (
        "Signature au début de chaque demi-journée (arrêté du 30 décembre 2019, par analogie)",
        "Signature at the start of each half-day (arrêté of 30 December 2019, by analogy)",
    ),
    "attendance.closes_after_seconds": ("Période limitée à la demi-journée", "Window limited to the half-day"),
    "attendance.late_signing_seconds": (
        "Une signature tardive est marquée comme telle, jamais antidatée",
        "Late signing is marked, never back-dated",
    ),
    "attendance.burst": _CHAIN,
    "attendance.outside_window": _CHAIN,
    "attendance.rest_day": (
        "CAA Nantes, 20 avril 2021 : une signature un 14 juillet",
        "CAA Nantes, 20 April 2021: a signature on 14 July",
    ),
    "attendance.drawing_reused": _CHAIN,
    "attendance.device_burst": _CHAIN,
    "attendance.two_places": (
        "Stagiaire signant à deux endroits à la fois",
        "Trainee signed in two places at once",
    ),
    "attendance.trainer_missing": (
        "CAA Nantes, 20 avril et 1er juin 2021 : signature du formateur absente",
        "CAA Nantes, 20 April and 1 June 2021: trainer signature missing",
    ),
    "attendance.class_link_seconds": _ACCESS,
    "attendance.personal_link_seconds": _ACCESS,
    "attendance.displayed_code_seconds": _ACCESS,
    "attendance.mailed_code_seconds": _ACCESS,
    "attendance.ticket_seconds": _ACCESS,
    "attendance.claims_kept_seconds": (
        "Une formation et son contrôle, environ 400 jours ; aucun texte ne donne de nombre",
        "A training and its control, about 400 days; no text gives a number",
    ),
    "facts.idle_cap_seconds": (
        "Au-delà, rien ne montre que la personne travaille encore ; les études de journaux retiennent 5 à 60 minutes",
        "After this nothing shows that the person still works. Studies of LMS logs use 5 to 60 minutes",
    ),
    "facts.sitting_break_seconds": (
        "Comme la mesure d’audience compte les visites ; aucun texte ne la fixe",
        "As web analytics count visits; no text fixes it",
    ),
    "facts.longest_stretch_seconds": _BY_US,
    "facts.clock_tolerance_seconds": (
        "xAPI 1.0.3, partie 2, 2.4.7 : un LRS peut refuser une date en avance",
        "xAPI 1.0.3 Part Two 2.4.7 lets an LRS refuse such timestamps",
    ),
    "facts.class_margin_seconds": _BY_US,
    "facts.credits_class_log": (
        "Un journal nominatif d’entrées et de sorties est une preuve admissible de présence à distance",
        "A join and leave log of a named person is admissible evidence of remote presence",
    ),
    "facts.credits_outside_contract": (
        "Des heures hors des dates de la session, de l’entrée ou de la sortie ne sont pas des heures du contrat",
        "Hours outside the dates are not hours of that contract",
    ),
    "facts.long_sitting_seconds": _BY_US,
    "facts.silent_stretch_seconds": _BY_US,
    "facts.parallel_tolerance_seconds": (
        "Les horloges de deux systèmes diffèrent de quelques minutes",
        "Clocks of two systems differ by minutes",
    ),
    "facts.speed_floor_share": _BY_US,
    "facts.low_connection_share": (
        "Signalé à un tuteur, jamais refusé de ce seul fait",
        "Flagged for a tutor, never refused by itself",
    ),
    "facts.log_shortfall_seconds": _BY_US,
    "facts.probation_days": (
        "L6222-18 : ruptures dans les 45 premiers jours de formation pratique, comptées à part",
        "L6222-18: contracts ended in the first 45 days of practical training are counted apart",
    ),
    "facts.realisation_cap": (
        "Des heures en plus ne dépassent pas ce qui est convenu sans avenant",
        "Extra hours never exceed what was agreed without an amendment",
    ),
    "assistance.reply_seconds": (
        "D6313-3-1, 1° : les protocoles individuels nomment le délai d’assistance ; aucun texte ne donne de nombre",
        "D6313-3-1 1°: individual protocols name the delay of assistance; no text gives a number",
    ),
    "contact.idle_days": (
        "RNQ, indicateurs 12 et 19 : suivre l’inactivité ; aucun texte ne donne de nombre",
        "RNQ indicators 12 and 19 ask to follow inactivity up; no text gives a number",
    ),
    "contact.idle_rhythms": (
        "Une session d’un soir par semaine n’est pas silencieuse au sixième jour ; aucun texte ne donne de nombre",
        "A session of one evening a week is not silent on the sixth day; no text gives a number",
    ),
    "contact.missed_half_days": (
        "RNQ, indicateur 12 : alertes d’absence ; aucun texte ne donne de nombre",
        "RNQ indicator 12, absence alerts; no text gives a number",
    ),
    "contact.failed_attempts": (
        "RNQ, indicateurs 10 et 11 : adapter l’accompagnement aux résultats ; aucun texte ne donne de nombre",
        "RNQ indicators 10 and 11, adapting support to results; no text gives a number",
    ),
    "contact.behind_share": (
        "RNQ, indicateur 10 : suivi du parcours ; aucun texte ne donne de nombre",
        "RNQ indicator 10, follow-up of the path; no text gives a number",
    ),
    "contact.behind_seconds": (
        "Un quart d’heure de retard les premiers jours ne dit rien ; aucun texte ne donne de nombre",
        "A quarter of an hour behind in the first days says nothing; no text gives a number",
    ),
    "retention.documents": (
        "Le plus long demandé sans cofinancement (OCAPIAT, 6 ans) ; 3 ans dans le modèle du certificat",
        "The longest that funders ask without co-funding (OCAPIAT, 6 years); the model says 3 years",
    ),
    "retention.attendance": (
        "Le plus long demandé sans cofinancement : OCAPIAT, 6 ans pour les pièces justificatives",
        "The longest that funders ask without co-funding: OCAPIAT, 6 years for supporting pieces",
    ),
    "retention.cofinanced": (
        "OCAPIAT : 10 ans à compter de la fin de la formation en cas de cofinancement",
        "OCAPIAT: 10 years from the end of training where co-financed",
    ),
    "retention.traces": (
        "RGPD, article 5 (1) (e) : pas plus longtemps que la finalité ne le demande ; aucun texte ne fixe de durée",
        "RGPD article 5 (1) (e): no longer than the purpose needs; no text fixes it",
    ),
    "retention.verification": (
        "Aussi longtemps que le titulaire peut s’en prévaloir, avec le minimum de données",
        "As long as the holder may rely on it, with the least data",
    ),
    "retention.destruction_certificates": (
        "Aussi longtemps que l’on peut demander ce qu’il est advenu de ce qui a été détruit",
        "As long as anybody may ask what became of what was destroyed",
    ),
    "followup.first_days": (
        "RNQ, indicateur 12 : prévenir les ruptures de parcours ; aucun texte ne donne de nombre",
        "RNQ indicator 12, preventing dropout; no text gives a number",
    ),
    "followup.next_days": _BY_US,
    "followup.override_days_most": (
        "Règlement (UE) 2024/1689, article 14 : qui surveille peut l’écarter ; aucun texte ne dit combien de temps",
        "Regulation (EU) 2024/1689, article 14: whoever oversees may disregard it; no text says for how long",
    ),
    "groups.least": (
        "En dessous de cinq, un chiffre de groupe dit qui en est ; aucun texte ne donne de nombre",
        "Below five, a figure of a group tells who is in it; no text gives a number",
    ),
    "risk.scoring": _BY_US,
    "risk.alerts": (
        "Un stagiaire sur dix peut être appelé ; aucun texte ne donne de nombre",
        "One trainee in ten can be called; no text gives a number",
    ),
    "risk.training": _BY_US,
    "risk.pooling": (
        "RGPD, articles 5 (1) b et 28 : les données servent l’organisme qui les recueille, sauf décision de sa part",
        "RGPD articles 5 (1) (b) and 28: data serve the organisation that collects them, until it decides otherwise",
    ),
    "risk.retention": (
        "Règlement (UE) 2024/1689, articles 19 et 26 (6) : au moins six mois ; RGPD, article 5 (1) e",
        "Regulation (EU) 2024/1689, articles 19 and 26 (6): at least six months; RGPD article 5 (1) (e)",
    ),
}
