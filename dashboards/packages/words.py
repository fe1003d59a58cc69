"""What these pages say: a package's problems in words, each with its place."""

from __future__ import annotations

from typing import Final

from dashboards.words import Texts, Words
from lrs.errors import Problem

TEXTS: Final[Texts] = {
    "title": ("Ajouter un cours", "Add a course"),
    "lead": (
        "Un paquet SCORM ou cmi5, tel que votre outil auteur l’exporte : un fichier .zip, ou cmi5.xml seul.",
        "A SCORM or cmi5 package, as your authoring tool exports it: a .zip file, or cmi5.xml alone.",
    ),
    "back": ("Cours hébergés", "Hosted courses"),
    "back_learner": ("Mon parcours", "My progress"),
    "file": ("Fichier du cours", "The course’s file"),
    "file_hint": ("{most} Mio au plus.", "At most {most} MiB."),
    "activity": ("Identifiant du cours (facultatif)", "The course’s identifier (optional)"),
    "activity_hint": (
        "L’adresse (IRI) que votre programme donne déjà à ce cours. Sans elle, Assidu en crée une.",
        "The address (IRI) that your programme already has for this course. Without one, Assidu makes one.",
    ),
    "send": ("Ajouter ce cours", "Add this course"),
    "refused": (
        "Le cours n’a pas été ajouté : rien n’a été gardé. Voici tout ce qui ne va pas.",
        "The course was not added: nothing was kept. This is all that is wrong.",
    ),
    "detail": ("Détail technique", "Technical detail"),
    "closed_title": ("Ce cours ne peut pas être ouvert", "This course cannot be opened"),
    "closed_missing": (
        "Aucun cours n’est hébergé ici pour cette activité. Demandez à votre organisme où la suivre.",
        "No course is hosted here for this activity. Ask your training organisation where to take it.",
    ),
    "closed_unknown": (
        "Votre organisme n’a pas encore enregistré l’identité sous laquelle noter vos réponses. Dites-le-lui.",
        "Your training organisation has not yet recorded the identity under which your answers would be noted.",
    ),
    "rule_": ("Ce paquet ne peut pas être pris.", "This package cannot be taken."),
    "rule_form": ("Choisissez un fichier .zip, puis envoyez-le.", "Choose a .zip file, then send it."),
    "rule_form_csrf": (
        "La page était ouverte depuis trop longtemps : choisissez de nouveau le fichier, puis envoyez-le.",
        "The page had been open for too long: choose the file again, then send it.",
    ),
    "rule_activity": ("Cet identifiant ne convient pas.", "This identifier will not do."),
    "rule_archive_format": ("Ce n’est pas une archive .zip lisible.", "This is no .zip archive that can be read."),
    "rule_archive_damaged": ("Ce fichier est abîmé : exportez de nouveau le cours.", "This file is damaged."),
    "rule_archive_name": ("Ce nom de fichier ne peut pas être pris.", "This name of a file cannot be taken."),
    "rule_archive_absolute": ("Ce nom commence à la racine d’un disque.", "This name begins at a root."),
    "rule_archive_traversal": ("Ce nom sort de l’archive.", "This name leads out of the archive."),
    "rule_archive_link": ("C’est un lien, et non un fichier.", "This is a link and no file."),
    "rule_archive_encrypted": ("Ce fichier est protégé par un mot de passe.", "This file has a password."),
    "rule_archive_method": ("Ce fichier est compressé d’une manière inconnue.", "This is packed in an unknown way."),
    "rule_archive_duplicate": ("Deux fichiers portent ce nom.", "Two files have this name."),
    "rule_archive_large": ("C’est trop volumineux.", "This is too large."),
    "rule_archive_bomb": (
        "Décompressé, ce fichier serait démesuré : il ressemble à un piège.",
        "Unpacked, this would be enormous: it looks like a trap.",
    ),
    "rule_archive_empty": ("L’archive est vide.", "The archive is empty."),
    "rule_xml": ("Le fichier XML ne peut pas être lu.", "The XML file cannot be read."),
    "rule_manifest_missing": (
        "Ni imsmanifest.xml ni cmi5.xml à la racine : ce n’est pas un paquet SCORM, ou son dossier a été zippé.",
        "There is no imsmanifest.xml or cmi5.xml at the top of the archive.",
    ),
    "rule_manifest_schemaversion": (
        "Cette édition n’est ni SCORM 1.2 ni SCORM 2004.",
        "This is neither SCORM 1.2 nor SCORM 2004.",
    ),
    "rule_manifest_href": (
        "Une partie du cours renvoie à un fichier qui n’est pas dans l’archive.",
        "A part of the course refers to a file that is not in the archive.",
    ),
    "rule_cmi5": (
        "Section {section} de cmi5 : cet élément ne respecte pas la règle.",
        "Section {section} of cmi5: this element breaks the rule.",
    ),
    "rule_cmi5_14_0": (
        "Section 14.0 de cmi5 : un élément manque, est de trop ou n’est pas à sa place.",
        "Section 14.0 of cmi5: an element is missing, too many or not in its place.",
    ),
    "rule_cmi5_14_1": (
        "Section 14.1 de cmi5 : cette adresse ne mène à aucun fichier de l’archive.",
        "Section 14.1 of cmi5: this address leads to no file of the archive.",
    ),
    "rule_cmi5_14_2": (
        "Section 14.2 de cmi5 : sans archive, une adresse est entière (https://…).",
        "Section 14.2 of cmi5: without an archive an address is whole (https://…).",
    ),
    "rule_manifest": ("Le manifeste du cours n’est pas correct ici.", "The course’s manifest is wrong here."),
}
_LARGE: Final = ("archive.size", "archive.files", "archive.file-size", "archive.total-size")
_BOMB: Final = ("archive.ratio", "archive.overlap")


def rule_key(rule: str, pointer: str = "") -> str:
    """Return the text that says what a rule asks; the rule's family where it has none of its own.

    >>> rule_key("archive.ratio"), rule_key("manifest.item"), rule_key("xml.doctype"), rule_key("cmi5 13.1.4")
    ('rule_archive_bomb', 'rule_manifest', 'rule_xml', 'rule_cmi5')
    """
    if rule in _LARGE:
        return "rule_archive_large"
    if rule in _BOMB:
        return "rule_archive_bomb"
    plain = rule.replace(" ", ".")
    own, family = f"rule_{plain.replace('.', '_').replace('-', '_')}", f"rule_{plain.partition('.')[0]}"
    if pointer == "/activity":
        return "rule_activity"
    return next((key for key in (own, family) if key in TEXTS), "rule_")


def problem_text(words: Words, problem: Problem) -> tuple[str, str, str]:
    """Return where a problem is, what it is in the reader's words, and what exactly was found."""
    place = problem.pointer.removeprefix("/")
    detail = " ".join(part for part in (problem.message, problem.accepted and f"({problem.accepted})") if part)
    section = problem.requirement.removeprefix("cmi5 ")
    return place, words(rule_key(problem.requirement, problem.pointer), section=section), detail
