"""What the frame and its parts say, on every page."""

from __future__ import annotations

from typing import Final

from dashboards.words import Texts

FRAME_TEXTS: Final[Texts] = {
    # Around every page
    "frame_skip": ("Aller au contenu", "Skip to content"),
    "frame_menu": ("Menu", "Menu"),
    "frame_crumbs": ("Vous êtes ici", "You are here"),
    "frame_pages": ("Pages", "Pages"),
    "frame_attendance": ("Émargement", "Attendance"),
    "frame_account": ("Mon compte", "My account"),
    "frame_sign_out": ("Se déconnecter", "Sign out"),
    "frame_language": ("English", "Français"),
    "frame_language_code": ("en", "fr"),
    "frame_scheme": ("Apparence", "Appearance"),
    "frame_scheme_auto": ("Automatique", "Automatic"),
    "frame_scheme_light": ("Clair", "Light"),
    "frame_scheme_dark": ("Sombre", "Dark"),
    "frame_loading": ("Chargement de la page…", "Loading the page…"),
    # Roles
    "role_learner": ("Stagiaire", "Learner"),
    "role_trainer": ("Formateur", "Trainer"),
    "role_manager": ("Responsable pédagogique", "Pedagogical manager"),
    "role_funder": ("Financeur", "Funder"),
    "role_auditor": ("Auditeur", "Auditor"),
    "role_administrator": ("Administrateur", "Administrator"),
    # When something is not there, or goes wrong
    "frame_lost_title": ("Les chiffres ne se mettent plus à jour", "The figures have stopped updating"),
    "frame_lost_text": (
        "Le serveur ne répond plus. Nouvel essai en cours ; sinon, rechargez la page.",
        "The server does not answer. Trying again; otherwise reload the page.",
    ),
    "frame_reload": ("Recharger", "Reload"),
    "frame_home": ("Aller à l’accueil", "Go to the first page"),
    "frame_no_page_title": ("Cette page n’existe pas", "There is no such page"),
    "frame_no_page_text": (
        "L’adresse est peut-être incomplète, ou ce qu’elle montrait ne vous est pas ouvert.",
        "The address may be incomplete, or what it showed is not open to you.",
    ),
    "frame_failed_title": ("Cette page n’a pas pu être préparée", "This page could not be prepared"),
    "frame_failed_text": (
        (
            "L’erreur vient de nous et elle est consignée. Réessayez dans un instant ; si elle revient, "
            "donnez cette référence à votre administrateur."
        ),
        (
            "The error is ours and it is on record. Try again in a moment; if it comes back, give this reference to "
            "your administrator."
        ),
    ),
    "frame_busy_title": ("Le serveur est très demandé", "The server is very busy"),
    "frame_busy_waiting": (
        "Votre demande est renvoyée toute seule.",
        "What you asked is being sent again by itself.",
    ),
    "frame_busy_refused": (
        "Votre demande n’a pas été prise. Réessayez dans un instant.",
        "What you asked was not done. Try again in a moment.",
    ),
    "frame_busy_text": ("Réessayez dans quelques secondes.", "Try again in a few seconds."),
    "frame_refused_title": ("Cette demande n’a pas été acceptée", "This request was not accepted"),
    "frame_refused_text": (
        "L’adresse demande quelque chose qui ne peut pas être montré.",
        "The address asks for something that cannot be shown.",
    ),
    "frame_reference": ("Référence : {id}", "Reference: {id}"),
    "frame_status": ("Erreur {status}", "Error {status}"),
    "frame_act_failed_title": ("Cela n’a pas été fait", "This was not done"),
    "frame_act_failed_text": (
        "L’erreur vient de nous ; rien n’a été enregistré à moitié. Référence : {id}",
        "The error is ours; nothing was half done. Reference: {id}",
    ),
    "frame_act_forbidden": ("Votre rôle ne le permet pas.", "Your role does not allow it."),
    "frame_act_missing": (
        "Ce que cette action concerne n’existe pas ou plus.",
        "What this is about is not there, or not any more.",
    ),
    "frame_act_conflict": (
        "Quelqu’un l’a changé entre-temps. Rechargez la page, puis recommencez.",
        "Somebody has changed it since. Reload the page, then do it again.",
    ),
    "frame_act_invalid": (
        "Ce qui a été saisi ne peut pas être pris : {why}",
        "What was entered cannot be taken: {why}",
    ),
    "frame_welcome_title": ("Bienvenue", "Welcome"),
    "frame_welcome_text": (
        "Il n’y a pas encore de page pour votre rôle. Votre compte est à votre disposition.",
        "There is no page for your role yet. Your account is there for you.",
    ),
    # Figures
    "figure_none": ("n.c.", "n/a"),
    "figure_none_text": ("Rien n’était dû : aucun taux n’est calculé.", "Nothing was due: no rate is worked out."),
    "figure_of": ("{part} sur {whole}", "{part} of {whole}"),
    "figure_how": ("Comment ce chiffre est calculé", "How this figure is worked out"),
    "figure_formula": ("Formule", "Formula"),
    "figure_numerator": ("On compte", "Counted"),
    "figure_denominator": ("sur", "out of"),
    "figure_rules": ("Règles", "Rules"),
    "figure_as_of": ("Au", "As of"),
    "figure_details": ("Voir le détail", "See what it is made of"),
    "unit_activity": ("activité", "activity"),
    "unit_activities": ("activités", "activities"),
    "unit_enrolment": ("inscription", "enrolment"),
    "unit_enrolments": ("inscriptions", "enrolments"),
    # Tables and charts
    "table_filter": ("Filtrer", "Filter"),
    "table_filter_in": ("Filtrer le tableau « {name} »", "Filter the table “{name}”"),
    "table_csv": ("CSV", "CSV"),
    "table_xlsx": ("XLSX", "XLSX"),
    "table_export": ("Télécharger le tableau en {kind}", "Download the table as {kind}"),
    "table_empty": ("Rien à montrer ici pour l’instant.", "Nothing to show here for now."),
    "table_none": ("Aucune ligne ne correspond.", "No row matches."),
    "table_more": ("Afficher la suite ({count} de plus)", "Show the rest ({count} more)"),
    "table_row": ("ligne", "row"),
    "table_rows": ("lignes", "rows"),
    "chart_png": ("PNG", "PNG"),
    "chart_export": ("Télécharger le graphique en image PNG", "Download the chart as a PNG image"),
    # Forms
    "form_cancel": ("Annuler", "Cancel"),
    "form_required_note": ("Les champs marqués * sont obligatoires.", "Fields marked * are required."),
    "form_none": ("Aucun résultat", "Nothing found"),
}
