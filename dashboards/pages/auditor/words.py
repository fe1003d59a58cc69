"""What an auditor's pages say, and the words of what they show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboards.views.audit_samples import Strata
from dashboards.words import Texts, Words
from evidence.trail.entry import Act
from training.accounts.readers import ReaderKind
from training.records.funder import FunderFamily
from training.records.programme import ActionNature

TEXTS: Final[Texts] = {
    "audit_title": ("Audit", "Audit"),
    "audit_lead": (
        "Qui est l’organisme, et de quoi tirer un échantillon. Personne n’est nommé hors de l’échantillon.",
        "Who the provider is, and what to draw a sample from. Nobody outside the sample is named.",
    ),
    "audit_provider": ("L’organisme", "The provider"),
    "audit_name": ("Raison sociale", "Legal name"),
    "audit_trade_name": ("Nom commercial", "Trade name"),
    "audit_nda": ("Déclaration d’activité", "Declaration of activity"),
    "audit_nda_text": ("n° {number}, {region}", "No. {number}, {region}"),
    "audit_siret": ("SIRET", "SIRET"),
    "audit_address": ("Adresse", "Address"),
    "audit_period": ("Période", "Period"),
    "audit_counts": ("Ce qu’il y a", "What there is"),
    "audit_counts_caption": (
        "Inscriptions de la période, celles annulées avant l’entrée exceptées : de quoi l’échantillon est tiré.",
        "Enrolments of the period, those cancelled before entry left out: what a sample is drawn from.",
    ),
    "audit_sessions": ("Sessions", "Sessions"),
    "audit_enrolments": ("Inscriptions", "Enrolments"),
    "audit_people": ("Apprenants", "Learners"),
    "audit_ended": ("dont {count} terminée(s)", "of which {count} ended"),
    "audit_by_nature": ("Catégorie", "Category"),
    "audit_by_modality": ("Modalité", "Modality"),
    "audit_by_family": ("Financeur", "Funder"),
    "audit_kind": ("Selon", "By"),
    "audit_part": ("Catégorie", "Category"),
    "audit_count": ("Inscriptions", "Enrolments"),
    "audit_draw": ("Tirer un échantillon", "Draw a sample"),
    "audit_draw_caption": (
        "La même graine donne le même échantillon, ici et par quiconque a la liste des inscriptions.",
        "The same seed gives the same sample, here and to anybody who has the list of enrolments.",
    ),
    "audit_size": ("Taille", "Size"),
    "audit_seed": ("Graine", "Seed"),
    "audit_seed_help": ("Choisissez-la vous-même : un texte, par exemple le numéro de l’audit.",
                        "Choose it yourself: a text, such as the audit’s number."),
    "audit_by": ("Répartir", "Spread"),
    "audit_first": ("Sessions finissant à partir du", "Sessions that end on or after"),
    "audit_last": ("Sessions commençant jusqu’au", "Sessions that begin on or before"),
    "audit_go": ("Tirer", "Draw"),
    "audit_enter": ("Ou saisir un échantillon", "Or enter a sample"),
    "audit_enter_caption": (
        "Identifiants, numéros de dossier ou noms complets, un par ligne. Seuls ceux que vous nommez s’affichent.",
        "Ids, file numbers or full names, one a line. Only those that you name are shown.",
    ),
    "audit_entered": ("Échantillon saisi", "Sample entered"),
    "audit_enter_go": ("Afficher", "Show"),
    "audit_none": ("Aucune inscription dans cette période", "No enrolment in this period"),
    "audit_none_hint": ("Élargissez la période.", "Choose a longer period."),
    "audit_wrong": ("Cet échantillon ne peut pas être tiré", "This sample cannot be drawn"),
    "audit_wrong_text": (
        "Il faut une taille de 1 à {most} et une graine, ou une liste ; et une période qui finit après son début.",
        "It takes a size of 1 to {most} and a seed, or a list; and a period that ends after it begins.",
    ),
    # The sample
    "sample_title": ("Échantillon", "Sample"),
    "sample_lead_drawn": ("{drawn} inscriptions tirées parmi {population}",
                          "{drawn} enrolments drawn from {population}"),
    "sample_lead_entered": ("{drawn} inscriptions trouvées parmi {population}",
                            "{drawn} enrolments found among {population}"),
    "sample_how": ("Comment il a été tiré", "How it was drawn"),
    "sample_how_caption": (
        "Avec la graine et la liste des inscriptions, quiconque tire le même échantillon.",
        "With the seed and the list of enrolments, anybody draws the same sample.",
    ),
    "sample_seed": ("Graine", "Seed"),
    "sample_size": ("Taille demandée", "Size asked for"),
    "sample_method": ("Rang", "Rank"),
    "sample_rule": ("Règle", "Rule"),
    "sample_rule_text": (
        "les rangs les plus bas, une inscription par personne",
        "the lowest ranks, one enrolment a person",
    ),
    "sample_rule_strata": (
        "une inscription au moins par catégorie, le reste au prorata ; dans chacune les rangs les plus bas",
        "one enrolment at least from each category, the rest by weight; in each the lowest ranks",
    ),
    "sample_spread": ("Répartition", "Spread"),
    "sample_population": ("Population", "Population"),
    "sample_drawn": ("Tirées", "Drawn"),
    "sample_who": ("Qui y est", "Who is in it"),
    "sample_who_caption": (
        "Pièces : ce que demande le financeur, et ce qu’il y en a. Chaque apprenant voit que son dossier a été lu.",
        "Documents: what the funder asks for, and what there is. Every learner sees that their file was read.",
    ),
    "sample_unknown": ("Introuvables", "Not found"),
    "sample_unknown_text": ("Personne n’est enregistré sous : {names}.", "Nobody is on record as: {names}."),
    "sample_dossier": ("Télécharger le dossier de l’échantillon (zip)", "Download the sample’s dossier (zip)"),
    "sample_dossier_note": (
        "Tout ce qui prouve ces formations, vérifiable sans nous par « assidu verify ». Il s’écrit pendant l’envoi.",
        "All that evidences these trainings, checked without us by “assidu verify”. It is written as it is sent.",
    ),
    "sample_empty": ("Personne dans cet échantillon", "Nobody in this sample"),
    "sample_empty_hint": ("Vérifiez la période, ou ce qui a été saisi.", "Check the period, or what was entered."),
    "sample_again": ("Un autre échantillon", "Another sample"),
    "sample_learner": ("Apprenant", "Learner"),
    "sample_evidence": ("Pièces", "Documents"),
    "sample_issued": ("Émises", "Issued"),
    "member_lead": ("Dossier d’un apprenant de l’échantillon", "File of a learner in the sample"),
    "member_half_days_caption": ("Ce qui est enregistré, par demi-journée.", "What is on record, by half-day."),
    "member_results_caption": ("Les évaluations qui ont un résultat.", "The assessments that have a result."),
    "member_documents_caption": (
        "Chaque version émise, avec son sceau et son code ; « Vérifier » dit ce qu’elle vaut aujourd’hui.",
        "Every version that was issued, with its seal and code; “Check” says what it is worth today.",
    ),
    "member_asked_caption": (
        "Ce que demande le financeur de cette inscription, et où en est chaque pièce.",
        "What the funder of this enrolment asks for, and where each document stands.",
    ),
    # The log
    "log_title": ("Registre et journal", "Log and trail"),
    "log_lead": (
        "De quoi vérifier que rien n’a été changé ni retiré : états signés, continuité, horodatage, journal.",
        "What shows that nothing was changed or taken out: signed heads, continuity, timestamps, trail.",
    ),
    "log_sealed": ("Traces scellées", "Sealed statements"),
    "log_head": ("Dernier état publié", "Last published head"),
    "log_head_note": ("n° {number}, {size} traces", "No. {number}, {size} statements"),
    "log_stamp": ("Dernier horodatage", "Last timestamp"),
    "log_stamp_none": ("aucun", "none"),
    "log_stamp_by": ("par {authority}, {quality}", "by {authority}, {quality}"),
    "log_qualified": ("qualifié", "qualified"),
    "log_unqualified": ("non qualifié", "not qualified"),
    "log_unstamped": ("En attente d’horodatage depuis le {day}", "Waiting for a timestamp since {day}"),
    "log_entries": ("Entrées du journal d’audit", "Entries of the audit trail"),
    "log_none": ("Rien n’est encore scellé", "Nothing is sealed yet"),
    "log_none_hint": (
        "Le registre commence avec la première trace reçue.", "The log begins with the first statement received.",
    ),
    "log_heads": ("Derniers états", "Last heads"),
    "log_heads_caption": (
        "Chaque état signé engage tout ce qui le précède.", "Each signed head binds all that came before it.",
    ),
    "log_number": ("N°", "No."),
    "log_size": ("Traces", "Statements"),
    "log_signed": ("Signé le", "Signed at"),
    "log_holds": ("Signature", "Signature"),
    "log_ok": ("tient", "holds"),
    "log_wrong": ("ne tient pas", "does not hold"),
    "log_root": ("Racine", "Root"),
    "log_stamped": ("Horodaté le", "Stamped at"),
    "log_continuity": ("Continuité entre deux états", "Continuity between two heads"),
    "log_continuity_caption": (
        "Le second état contient tout le premier, dans le même ordre : la preuve est recalculée ici.",
        "The second head has all of the first, in the same order: the proof is worked out again here.",
    ),
    "log_old": ("Premier état (n°)", "First head (No.)"),
    "log_new": ("Second état (n°)", "Second head (No.)"),
    "log_check": ("Vérifier la continuité", "Check continuity"),
    "log_continues": ("L’état n° {new} prolonge l’état n° {old}", "Head {new} continues head {old}"),
    "log_continues_text": (
        "{old_size} traces sont les premières des {new_size}, inchangées. Preuve : {steps} empreintes.",
        "{old_size} statements are the first of {new_size}, unchanged. Proof: {steps} hashes.",
    ),
    "log_breaks": ("L’état n° {new} ne prolonge pas l’état n° {old}", "Head {new} does not continue head {old}"),
    "log_breaks_text": ("La preuve ne tient pas : le registre a été altéré.",
                        "The proof does not hold: the log was altered."),
    "log_no_head": ("Il n’y a pas de tels états", "There are no such heads"),
    "log_trail_check": ("Vérifier la chaîne du journal", "Check the trail’s chain"),
    "log_trail_ok": ("Le journal d’audit est entier", "The audit trail is whole"),
    "log_trail_ok_text": ("Chaque entrée suit la précédente, jusqu’à la dernière.",
                          "Each entry follows the one before, to the last."),
    "log_trail_wrong": ("Le journal d’audit ne tient pas", "The audit trail does not hold"),
    "log_independent": ("Vérifier sans nous", "Check without us"),
    "log_independent_text": (
        "Notez la clé et un état aujourd’hui, comparez plus tard. Dossiers et documents se vérifient hors ligne :",
        "Note the key and a head today; compare later. Every dossier and every document is checked offline:",
    ),
    "log_key": ("Clé de vérification du registre", "Verifier key of the log"),
    "log_api": (
        "L’interface d’échange donne états, preuves et tuiles : /api/v1/ledger.",
        "The API gives heads, proofs and tiles: /api/v1/ledger.",
    ),
    "log_fsck": (
        "« assidu fsck », chez l’organisme, relit tout et recalcule tout ; demandez-en la sortie.",
        "“assidu fsck”, at the provider’s, reads and works out everything again; ask for its output.",
    ),
    # The trail
    "trail_title": ("Journal d’audit", "Audit trail"),
    "trail_lead": (
        "Qui a lu, émis, exporté, effacé quelle preuve, quand et pourquoi. Il ne nomme personne.",
        "Who read, issued, exported, erased which evidence, when and why. It names nobody.",
    ),
    "trail_list": ("Dernières entrées", "Last entries"),
    "trail_caption": (
        "Chaque entrée couvre la précédente par son empreinte ; les {count} dernières.",
        "Each entry covers the one before by its digest; the last {count}.",
    ),
    "trail_number": ("N°", "No."),
    "trail_at": ("Quand", "When"),
    "trail_who": ("Qui", "Who"),
    "trail_act": ("Acte", "Act"),
    "trail_what": ("Quoi", "What"),
    "trail_why": ("Motif", "Why"),
    "trail_digest": ("Empreinte", "Digest"),
    "trail_every": ("Tous les actes", "All acts"),
    "trail_none": ("Le journal est vide", "The trail is empty"),
}  # fmt: skip

NATURES: Final = {
    ActionNature.TRAINING: ("Action de formation", "Training"),
    ActionNature.SKILLS_ASSESSMENT: ("Bilan de compétences", "Skills assessment"),
    ActionNature.PRIOR_LEARNING_VALIDATION: ("VAE", "Validation of prior learning"),
    ActionNature.APPRENTICESHIP: ("Apprentissage", "Apprenticeship"),
}
FAMILIES: Final = {
    FunderFamily.OPCO: ("OPCO", "OPCO"),
    FunderFamily.FAF: ("FAF", "FAF"),
    FunderFamily.CDC: ("Caisse des dépôts (CPF)", "Caisse des dépôts (CPF)"),
    FunderFamily.FRANCE_TRAVAIL: ("France Travail", "France Travail"),
    FunderFamily.REGION: ("Région", "Region"),
    FunderFamily.TRANSITIONS_PRO: ("Transitions Pro", "Transitions Pro"),
    FunderFamily.AGEFIPH: ("Agefiph", "Agefiph"),
    FunderFamily.FSE: ("FSE", "ESF"),
    FunderFamily.EMPLOYER: ("Employeur", "Employer"),
    FunderFamily.SELF: ("Le stagiaire lui-même", "The learner"),
}
SPREADS: Final = {
    Strata.NONE: ("sans répartition", "not at all"),
    Strata.NATURE: ("par catégorie d’action", "by category of action"),
    Strata.SESSION: ("par session", "by session"),
    Strata.MODALITY: ("par modalité", "by modality"),
}
ACTS: Final = {
    Act.READ: ("lu", "read"),
    Act.EXPORTED: ("exporté", "exported"),
    Act.ARCHIVED: ("archivé", "archived"),
    Act.ISSUED: ("émis", "issued"),
    Act.REVOKED: ("révoqué", "withdrawn"),
    Act.HELD: ("gelé", "held"),
    Act.RELEASED: ("dégelé", "released"),
    Act.ERASED: ("effacé", "erased"),
    Act.PRUNED: ("purgé", "pruned"),
    Act.REFUSED: ("refusé", "refused"),
    Act.CHANGED: ("modifié", "changed"),
}
READERS: Final = {
    ReaderKind.ACCOUNT: ("Compte", "Account"),
    ReaderKind.KEY: ("Clé d’accès", "Access key"),
    ReaderKind.CREDENTIAL: ("Identifiant LRS", "LRS credential"),
    ReaderKind.PRODUCT: ("Assidu", "Assidu"),
    ReaderKind.GONE: ("Compte ou clé disparus", "Account or key gone"),
}

# What an entry of the trail is about, before its id: « inscription 12 ».
_ABOUT: Final[Mapping[str, tuple[str, str]]] = {
    "account": ("compte", "account"),
    "archive": ("fichier", "file"),
    "audit-trail": ("journal d’audit", "audit trail"),
    "credential": ("accès de plateforme", "credential"),
    "document": ("document", "document"),
    "enrolment": ("inscription", "enrolment"),
    "funder": ("financeur", "funder"),
    "funder_profile": ("profil de financeur", "funder profile"),
    "hold": ("gel", "hold"),
    "key": ("clé d’accès", "access key"),
    "organisation": ("organisme", "organisation"),
    "person": ("personne", "person"),
    "retention_run": ("purge", "retention run"),
    "rights_request": ("demande", "request"),
    "rule": ("règle", "rule"),
    "share": ("partage", "share"),
    "slot": ("demi-journée", "half-day"),
    "training_session": ("session", "training session"),
}


def about_words(words: Words, what: str) -> str:
    """Return what an entry of the trail is about, for people; a kind that has no name here is given as it stands."""
    kind, _, name = what.partition(":")
    known = _ABOUT.get(kind)
    return what if known is None else f"{words.say(known)} {name}".strip()
