"""What learners are told about the estimate that is made of them: what, why, from what, who, and their rights."""

from __future__ import annotations

from typing import Final

from dashboards.words import Texts

ESTIMATE_OF_ME: Final[Texts] = {
    "title": ("Ce qui est calculé sur moi", "What is estimated of me"),
    "lead": (
        "Pour vous proposer de l’aide assez tôt. Jamais pour vous noter, ni décider à votre place.",
        "To offer you help early enough. Never to grade you, nor to decide for you.",
    ),
    "off": ("Rien n’est estimé à votre sujet", "Nothing is estimated about you"),
    "off_text": (
        "Votre organisme ne fait pas faire cette estimation. S’il la décidait, vous en seriez informé ici.",
        "Your organisation does not have this estimated. Were it to, you would be told here.",
    ),
    "told": ("À savoir", "To know"),
    "told_text": (
        "Votre organisme fait estimer qui pourrait avoir besoin d’aide pour aller au bout de sa formation.",
        "Your organisation has estimated who may need help to bring their course to its end.",
    ),
    "read": ("J’ai lu", "I have read this"),
    "read_done": ("C’est noté", "Noted"),
    "none": ("Aucune formation en cours", "No course under way"),
    "none_hint": ("L’estimation ne porte que sur une formation en cours.", "Only a course under way is estimated."),
    "not_yet": ("Pas encore d’estimation : trop peu de choses sont connues.", "No estimate yet: too little is known."),
    "nothing_stands_out": (
        "Rien ne vous distingue de votre groupe aujourd’hui. Continuez à votre rythme.",
        "Nothing sets you apart from your group today. Go on at your own pace.",
    ),
    "stands_out": (
        "Ce qui, aujourd’hui, s’écarte de votre groupe. Ce sont des constats, qui peuvent avoir de bonnes raisons.",
        "What differs from your group today. These are observations, which may have good reasons.",
    ),
    "would_help": ("Ce qui aiderait", "What would help"),
    "records": ("Voir mes traces", "See my records"),
    "helped_by": ("{owner} vous accompagne depuis le {day}", "{owner} has been helping you since {day}"),
    "helped": ("Quelqu’un de l’organisme vous accompagne depuis le {day}", "Somebody has been helping you since {day}"),
    "helped_text": (
        "Dites-lui ce qui vous aiderait, ou que tout va bien : cela suffit pour clore.",
        "Tell them what would help, or that all is well: that is enough to close it.",
    ),
    "figure": ("Voir aussi le chiffre", "See the figure too"),
    "figure_caveat": (
        "Il décrit des situations semblables à la vôtre, pas vous ; il change avec ce que vous faites.",
        "It describes situations like yours, not you; it changes with what you do.",
    ),
    "how": ("Comment cela marche", "How it works"),
    "how_what": ("Ce qui est estimé", "What is estimated"),
    "how_what_text": (
        "Si une situation comme la vôtre risque de ne pas aller au bout de la formation. Une fois par jour environ.",
        "Whether a situation like yours may not come to the course’s end. About once a day.",
    ),
    "how_why": ("Pourquoi", "Why"),
    "how_why_text": (
        "Pour que la personne qui vous suit vous propose de l’aide à temps.",
        "So that whoever follows you offers help in time.",
    ),
    "how_from": ("À partir de quoi", "From what"),
    "how_from_text": (
        "Vos jours d’activité, présences, activités faites ou en retard, essais et résultats, échanges d’assistance.",
        "Your days of activity, attendance, work done or late, attempts and results, assistance exchanges.",
    ),
    "how_never": ("Jamais à partir de", "Never from"),
    "how_never_text": (
        "Sexe, âge, handicap, origine, langue, adresse, diplômes, employeur, financeur, contenu de vos messages.",
        "Sex, age, disability, origin, language, address, education, employer, funder, the text of your messages.",
    ),
    "how_who": ("Qui décide", "Who decides"),
    "how_who_text": (
        "Une personne, avec vous. Rien ne se fait tout seul : ni exclusion, ni refus, ni note, ni certificat.",
        "A person, with you. Nothing happens by itself: no exclusion, refusal, grade or certificate.",
    ),
    "how_law": ("Vos droits", "Your rights"),
    "how_law_text": (
        "RGPD, articles 13, 15, 21 et 22 ; règlement européen sur l’IA, articles 26 (11) et 86.",
        "GDPR, articles 13, 15, 21 and 22; European AI regulation, articles 26 (11) and 86.",
    ),
    "object": ("M’y opposer", "Object"),
    "object_caption": (
        "Effet immédiat : plus rien n’est estimé ni montré. Votre formation n’en est changée en rien.",
        "At once: nothing is estimated or shown any more. Nothing changes in your training.",
    ),
    "object_text": ("Un mot, si vous voulez", "A word, if you like"),
    "object_hint": ("Vous n’avez pas à vous justifier.", "You need give no reason."),
    "object_send": ("Je m’oppose à cette estimation", "I object to this estimate"),
    "too_long": ("{most} caractères au plus.", "{most} characters at most."),
    "objected": ("Votre opposition est prise en compte", "Your objection stands"),
    "objected_text": (
        "Rien n’est estimé à votre sujet. Vos formateurs vous suivent comme avant, par ce qu’ils voient.",
        "Nothing is estimated about you. Your trainers follow you as before, by what they see.",
    ),
    "object_stands": ("Depuis le {day}.", "Since {day}."),
    "withdraw": ("Retirer mon opposition", "Withdraw my objection"),
    "looked": ("Qui l’a regardée", "Who looked at it"),
    "looked_caption": (
        "Un jour et un rôle par ligne ; l’organisme sait de qui il s’agit.",
        "A day and a role each; the organisation knows who it was.",
    ),
    "looked_none": ("Personne pour l’instant.", "Nobody so far."),
    "day": ("Jour", "Day"),
    "role": ("Rôle", "Role"),
    "course": ("Formation", "Course"),
    "role_trainer": ("formateur", "trainer"),
    "role_manager": ("responsable", "manager"),
    "role_administrator": ("administration", "administrator"),
}
# What the first page says, once.
HOME_TOLD: Final[Texts] = {
    "home_told": (
        "Votre organisme fait une estimation pour mieux vous aider",
        "An estimate is made to help you better",
    ),
    "home_told_text": (
        "Elle repère qui pourrait avoir besoin d’aide. Vous pouvez voir la vôtre, et vous y opposer.",
        "It notices who may need help. You can see yours, and object.",
    ),
    "home_told_link": ("Ce qui est calculé sur moi", "What is estimated of me"),
}
