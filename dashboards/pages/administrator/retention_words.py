"""What the page of retention says."""

from __future__ import annotations

from typing import Final

from dashboards.words import Texts

RETENTION_TEXTS: Final[Texts] = {
    "title": ("Conservation", "Retention"),
    "lead": (
        "Ce qui est gardé et jusqu’à quand, ce qui ne peut pas être détruit, et ce qui l’a été.",
        "What is kept and until when, what must not be deleted, and what was.",
    ),
    "to_requests": ("Demandes des personnes", "Requests of people"),
    "periods": ("Durées", "Periods"),
    "periods_caption": (
        "Ouvrez une durée pour en décider autrement, avec un motif.",
        "Open one to decide otherwise, with a reason.",
    ),
    "column_class": ("Ce qui est gardé", "What is kept"),
    "holds": ("Gels juridiques", "Legal holds"),
    "holds_caption": (
        "Rien n’est détruit de ce qu’un gel concerne, même sur demande, tant qu’il n’est pas levé.",
        "Nothing is deleted of what a hold is on, whoever asks, until it is released.",
    ),
    "holds_none": ("Aucun gel.", "No hold."),
    "column_about": ("Concerne", "On"),
    "column_state": ("État", "State"),
    "column_placed": ("Posé", "Placed"),
    "column_released": ("Levé", "Released"),
    "column_why": ("Motif de la levée", "Why released"),
    "column_by": ("Par", "By"),
    "in_force": ("en vigueur", "in force"),
    "released": ("levé", "released"),
    "scope_everything": ("Tout l’organisme", "Everything"),
    "scope_person": ("Personne", "Person"),
    "scope_enrolment": ("Inscription", "Enrolment"),
    "scope_training_session": ("Session", "Session"),
    "place": ("Poser un gel", "Place a hold"),
    "place_caption": (
        "Contrôle, contentieux, enquête : tant que le gel tient, les durées ne jouent plus.",
        "A control, a lawsuit, an inquiry: while it holds, periods do not count.",
    ),
    "place_do": ("Poser le gel", "Place the hold"),
    "placed": ("Le gel est posé.", "The hold is placed."),
    "about": ("Sur quoi", "On what"),
    "hint_about": ("Choisissez ; tapez un nom pour chercher.", "Choose; type a name to search."),
    "hint_reason": (
        "Gardé pour toujours dans le journal : ne nommez personne.",
        "Kept for ever in the trail: name nobody.",
    ),
    "hold": ("Gel", "Hold"),
    "release": ("Lever un gel", "Release a hold"),
    "release_caption": (
        "Ce qui a dépassé sa durée pourra de nouveau être détruit.",
        "What has outlived its time may be deleted again.",
    ),
    "release_do": ("Lever le gel", "Release the hold"),
    "released_done": ("Le gel est levé.", "The hold is released."),
    "due": ("Ce qui a dépassé sa durée", "What has outlived its time"),
    "due_caption": (
        "En deux temps : on regarde d’abord ce qui partirait, sans rien changer.",
        "In two steps: first one looks at what would go; nothing is changed.",
    ),
    "look": ("Regarder ce qui partirait", "Look at what would go"),
    "due_files": ("Fichiers à détruire", "Files to destroy"),
    "due_statements": ("Traces à effacer", "Statements to erase"),
    "due_people": ("Personnes et sessions concernées", "People and sessions concerned"),
    "due_kept": ("Dépassé, mais gardé", "Over, and kept"),
    "due_kept_text": (
        "{held} sous gel, {cited} cités par un document conservé",
        "{held} on hold, {cited} cited by a document that is kept",
    ),
    "due_none": ("Rien n’a dépassé sa durée", "Nothing has outlived its time"),
    "due_none_hint": ("Aucune destruction n’est à faire aujourd’hui.", "There is nothing to delete today."),
    "due_final": ("La destruction est définitive", "Deletion is for good"),
    "due_final_text": (
        "Les contenus sont détruits ; leurs empreintes restent, et un certificat dit quoi, quand, pourquoi et par qui.",
        "Contents are destroyed; their digests stay, and a certificate says what, when, why and by whom.",
    ),
    "sure": ("Je comprends que c’est définitif", "I understand that this is for good"),
    "run_do": ("Détruire maintenant", "Destroy now"),
    "run_done": ("La destruction est faite ; son certificat est ci-dessous.", "It is done; its certificate is below."),
    "run_goes_on": (
        "La destruction est commencée et se poursuit en arrière-plan.",
        "Deletion has begun and goes on in the background.",
    ),
    "runs": ("Destructions", "Deletions"),
    "runs_none": ("Aucune destruction n’a eu lieu.", "Nothing was ever deleted."),
    "column_run": ("Commencée", "Begun"),
    "column_stage": ("État", "State"),
    "column_certificate": ("Certificat", "Certificate"),
    "stage_files": ("fichiers en cours", "files"),
    "stage_statements": ("traces en cours", "statements"),
    "stage_certificate": ("certificat en cours", "certificate"),
    "stage_done": ("achevée", "done"),
    "certificate_do": ("Télécharger le certificat", "Download the certificate"),
}
