"""What the page of requests says: what each right gives, and what the law keeps."""

from __future__ import annotations

from typing import Final

from dashboards.pages.learner.words import LEARNER_TEXTS
from dashboards.words import Texts

REQUEST_TEXTS: Final[Texts] = {
    **LEARNER_TEXTS,
    "title": ("Mes demandes", "My requests"),
    "lead": (
        "Vos droits sur vos données : demandez, suivez la date de réponse, lisez ce qui vous est répondu.",
        "Your rights over your data: ask, follow when the answer is due, read what is answered.",
    ),
    "new": ("Nouvelle demande", "New request"),
    "right": ("Ce que vous demandez", "What you ask for"),
    "right_access": ("Accéder à mes données", "Access my data"),
    "right_rectification": ("Faire rectifier", "Have something put right"),
    "right_erasure": ("Faire effacer", "Have data erased"),
    "right_restriction": ("Limiter l’usage", "Restrict the use"),
    "right_portability": ("Emporter mes données", "Take my data elsewhere"),
    "right_objection": ("M’opposer à un usage", "Object to a use"),
    "purposes": ("Usage auquel vous vous opposez", "The use you object to"),
    "purposes_hint": ("Pour une opposition seulement.", "For an objection only."),
    "purpose_analytics": ("l’amélioration des contenus", "the improvement of contents"),
    "purpose_scoring": ("l’estimation d’un risque d’abandon", "the estimate of a risk of giving up"),
    "text": ("Précisions", "Details"),
    "text_hint": (
        "Ce qui est inexact et ce qu’il faudrait lire, ce que vous cherchez… Obligatoire pour une rectification.",
        "What is wrong and what should stand there, what you are looking for… Required for a rectification.",
    ),
    "send": ("Envoyer la demande", "Send the request"),
    "sent": ("Votre demande est reçue", "Your request is received"),
    "sent_text": ("La réponse est due le {day} au plus tard.", "The answer is due by {day}."),
    "sent_letter": ("Un e-mail vous le confirme.", "An e-mail confirms it."),
    "due_if_today": ("Envoyée aujourd’hui, la réponse est due le {day}.", "Sent today, the answer is due by {day}."),
    "due_source": ("Source : {source}", "Source: {source}"),
    "missing": ("Choisissez ce que vous demandez.", "Choose what you ask for."),
    "missing_purposes": ("Dites à quel usage vous vous opposez.", "Say which use you object to."),
    "missing_text": ("Dites ce qui est inexact.", "Say what is wrong."),
    "too_long": ("{most} caractères au plus.", "{most} characters at most."),
    "too_many": (
        "Vous avez déjà beaucoup de demandes ouvertes ; elles recevront une réponse d’abord.",
        "You have many open requests already; they are answered first.",
    ),
    "none": ("Aucune demande", "No request"),
    "none_hint": (
        "Le plus simple pour accéder à vos données : la page « Mes données », tout de suite et sans demander.",
        "The simplest way to your data: the page “My data”, at once and without asking.",
    ),
    "mine": ("Mes demandes", "My requests"),
    "asked_on": ("Demandé le", "Asked on"),
    "due_on": ("Réponse due le", "Answer due by"),
    "extended": ("Délai prolongé", "Time extended"),
    "answered_on": ("Répondu le", "Answered on"),
    "answer": ("Réponse", "Answer"),
    "complain": (
        "Si cette réponse ne vous convient pas, vous pouvez saisir la CNIL (www.cnil.fr/plaintes) ou un tribunal.",
        "If this answer does not suit you, you may turn to the CNIL (www.cnil.fr/plaintes) or to a court.",
    ),
    "take_back": ("Retirer", "Take back"),
    "take_back_name": ("Retirer la demande : {right}", "Take back the request: {right}"),
    "taken_back": ("La demande est retirée.", "The request is taken back."),
    "state_open": ("en attente de réponse", "waiting for an answer"),
    "state_overdue": ("réponse en retard", "answer overdue"),
    "state_withdrawn": ("retirée", "taken back"),
    "outcome_granted": ("acceptée", "granted"),
    "outcome_partly": ("acceptée en partie", "granted in part"),
    "outcome_refused": ("non acceptée", "not granted"),
    "rights": ("Ce que donne chaque droit", "What each right gives"),
    "rights_caption": (
        "Règlement général sur la protection des données (RGPD), articles 15 à 21.",
        "General Data Protection Regulation, articles 15 to 21.",
    ),
    "about_access": (
        (
            "Savoir ce qui est enregistré, pourquoi, pour qui, et en recevoir copie (article 15). La page « Mes "
            "données » "
            "le donne déjà en entier."
        ),
        "To know what is recorded, why, for whom, and to have a copy (article 15). “My data” gives it already.",
    ),
    "about_rectification": (
        (
            "Faire corriger ce qui est inexact (article 16). Une trace n’est jamais réécrite : elle est annulée et "
            "remplacée, et l’historique le montre."
        ),
        (
            "To have what is wrong put right (article 16). A statement is never rewritten: it is voided and "
            "replaced, and "
            "the history shows it."
        ),
    ),
    "about_erasure": (
        "Faire effacer ce qui n’a plus de raison d’être gardé (article 17).",
        "To have erased what there is no reason to keep any more (article 17).",
    ),
    "about_erasure_kept": (
        (
            "Ce que la loi oblige à garder, ou qui sert à constater un droit en justice, n’est pas effacé avant "
            "son terme "
            "(article 17 (3) (b) et (e)) ; votre organisme en limite alors l’usage (article 18) : gardé, et plus "
            "utilisé."
        ),
        (
            "What the law says must be kept, or serves a legal claim, is not erased before its time (article 17 "
            "(3) (b), "
            "(e)); your training organisation then restricts its use (article 18): kept, and no longer used."
        ),
    ),
    "kept_line": ("{what}, {course} : jusqu’au {day}.", "{what}, {course}: until {day}."),
    "kept_retention.documents": ("Documents émis et traces citées", "Issued documents and what they cite"),
    "kept_retention.attendance": ("Émargements et classes virtuelles", "Attendance and virtual classes"),
    "kept_retention.traces": ("Autres traces", "Other statements"),
    "kept_retention.verification": ("Preuve d’émission d’un document", "That a document was issued"),
    "about_restriction": (
        "Faire garder vos données sans qu’elles soient utilisées, le temps de vérifier ou de trancher (article 18).",
        "To have your data kept and not used, while something is checked or settled (article 18).",
    ),
    "about_portability": (
        (
            "Recevoir vos données dans un format qu’un autre système reprend (article 20) : vos traces en xAPI, "
            "à la page "
            "« Mes données »."
        ),
        "To have your data in a form that another system takes (article 20): your statements in xAPI, on “My data”.",
    ),
    "about_objection": (
        (
            "Refuser un usage fondé sur l’intérêt légitime (article 21) : l’amélioration des contenus, "
            "l’estimation d’un "
            "risque d’abandon. Elle compte dès que vous la faites. Votre formation et vos attestations n’en "
            "dépendent pas."
        ),
        (
            "To refuse a use that rests on a legitimate interest (article 21): the improvement of contents, the "
            "estimate "
            "of a risk of giving up. It counts from the moment you make it. Your training does not depend on it."
        ),
    ),
}
