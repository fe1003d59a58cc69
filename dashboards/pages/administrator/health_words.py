"""What the administrator is told of each part, and what to do about it: for somebody who does not run machines.

Keys are `<part>_<finding>` of `dashboards.views.administration.health`, with `_do` for what to do.
"""

from __future__ import annotations

from typing import Final

from dashboards.words import Texts

_OPERATOR: Final = (
    "Prévenez la personne qui exploite le serveur : le journal du processus en donne la raison.",
    "Tell whoever runs the server: the log of the process says why.",
)

HEALTH_TEXTS: Final[Texts] = {
    "never": ("jamais", "never"),
    "unseen": ("Son état ne peut pas être lu en ce moment.", "It cannot be seen just now."),
    "unseen_do": (
        "Rechargez la page dans une minute. Si cela dure, prévenez la personne qui exploite le serveur ({error}).",
        "Look again in a minute. If it lasts, tell whoever runs the server ({error}).",
    ),
    "part_store": ("Base de données", "Database"),
    "store_answers": ("Elle répond.", "It answers."),
    "store_failing": ("Elle ne répond pas ({names}). Rien ne peut être enregistré.", "It does not answer ({names})."),
    "store_failing_do": _OPERATOR,
    "part_worker": ("Travail de fond", "Background work"),
    "worker_there": ("Il est à l’œuvre.", "It is at work."),
    "worker_never": (
        "Il n’a jamais démarré. Les traces sont reçues et gardées, mais ni les chiffres ni les documents n’avancent.",
        "It has never started. Statements are taken and kept, but neither figures nor documents go on.",
    ),
    "worker_never_do": (
        "Faites démarrer « assidu worker » sur le serveur ; il rattrape seul ce qui attend.",
        "Have “assidu worker” started on the server; it catches up by itself.",
    ),
    "worker_silent": (
        "Il ne donne plus signe de vie depuis le {since}. Les traces sont reçues, mais les chiffres n’avancent plus.",
        "No sign of life since {since}. Statements are taken, but figures stand still.",
    ),
    "worker_silent_do": (
        "Faites redémarrer « assidu worker » sur le serveur ; il rattrape seul ce qui attend.",
        "Have “assidu worker” started again on the server; it catches up by itself.",
    ),
    "part_facts": ("Chiffres", "Figures"),
    "facts_current": ("Ils tiennent compte des {count} traces reçues.", "All {count} statements are counted."),
    "facts_following": (
        "{behind} trace(s) et {people} personne(s) restent à compter, c’est en cours.",
        "{behind} statements and {people} people are being counted.",
    ),
    "facts_behind": (
        "{behind} trace(s) et {people} personne(s) restent à compter ; chiffres du {since}.",
        "{behind} statements and {people} people are not counted yet; figures are of {since}.",
    ),
    "facts_behind_do": (
        "Si le travail de fond est à l’œuvre, attendez quelques minutes ; sinon, relancez-le. Rien n’est perdu.",
        "If background work is going on, wait some minutes; else have it started again. Nothing is lost.",
    ),
    "part_ledger": ("Scellement", "Sealing"),
    "ledger_empty": ("Il n’y a encore aucune trace à sceller.", "There is no statement to seal yet."),
    "ledger_sealed": (
        "{size} traces scellées, le dernier état signé le {since}.",
        "{size} statements sealed, the last head at {since}.",
    ),
    "ledger_following": ("{behind} traces sont en train d’être scellées.", "{behind} statements are being sealed."),
    "ledger_behind": (
        "{behind} traces ne sont pas encore scellées ; dernier état signé : {since}.",
        "{behind} statements are not sealed yet; last head: {since}.",
    ),
    "ledger_behind_do": (
        "Si le travail de fond est à l’œuvre, attendez ; sinon, faites-le redémarrer. Les traces restent entières.",
        "If background work is going on, wait; else have it started again. Statements stay whole.",
    ),
    "ledger_trouble": (
        "Le scellement s’est arrêté le {since} : quelque chose contredit ce qui est scellé, ou la clé ne s’ouvre pas.",
        "Sealing stopped at {since}: {why}",
    ),
    "ledger_trouble_do": (
        "Prévenez d’abord la personne qui exploite le serveur ; « assidu fsck » dit ce qui ne tient pas.",
        "Tell whoever runs the server before anything else; “assidu fsck” says what does not hold.",
    ),
    "part_stamps": ("Horodatage", "Timestamps"),
    "stamps_qualified": (
        "Par {authority}, déclarée qualifiée ; dernier le {since}.",
        "By {authority}, said to be qualified; the last at {since}.",
    ),
    "stamps_stamped": ("Par {authority} ; dernier le {since}.", "By {authority}; the last at {since}."),
    "stamps_waiting": ("Aucun état signé n’est encore horodaté.", "No head has a timestamp yet."),
    "stamps_waiting_do": ("Le premier vient dans les dix minutes.", "The first comes within ten minutes."),
    "stamps_development": (
        "Par l’autorité de développement : les documents portent « non qualifié » et ne prouvent rien à des tiers.",
        "By the development authority: documents say “non qualifié” and prove nothing to others.",
    ),
    "stamps_development_do": (
        "Choisissez une autorité d’horodatage et faites-la régler sur le serveur (ASSIDU_TIMESTAMP_URL).",
        "Choose a timestamp authority, and have it set on the server (ASSIDU_TIMESTAMP_URL).",
    ),
    "stamps_trouble": (
        "L’autorité ne donne plus d’horodatage depuis le {since}.",
        "The authority has given no timestamp since {since}: {why}",
    ),
    "stamps_trouble_do": (
        "Vérifiez l’abonnement auprès de l’autorité ; les états signés attendent et seront horodatés à son retour.",
        "Look at the subscription with the authority; heads wait, and are stamped when it is back.",
    ),
    "part_seal": ("Cachet de l’organisme", "The organisation’s seal"),
    "seal_ready": (
        "Il scelle les documents ; certificat valable jusqu’au {until}.",
        "It seals documents; valid until {until}.",
    ),
    "seal_missing": (
        "Il n’y en a pas : aucun document ne peut être émis.",
        "There is none: no document can be issued.",
    ),
    "seal_missing_do": (
        "Déposez le fichier PKCS#12 de votre prestataire de confiance (POST /api/v1/organisation/seal).",
        "Bring the PKCS#12 file of your trust provider (POST /api/v1/organisation/seal).",
    ),
    "seal_expired": (
        "Son certificat a expiré le {until} : plus aucun document n’est émis.",
        "Its certificate ended at {until}.",
    ),
    "seal_expired_do": (
        "Déposez le certificat suivant ; les documents déjà scellés restent valables.",
        "Bring the next one; documents sealed before stay as they are.",
    ),
    "seal_not_yet": ("Son certificat n’est pas encore valable.", "Its certificate is not valid yet."),
    "seal_not_yet_do": ("Vérifiez l’heure du serveur.", "Look at the server’s clock."),
    "seal_wrong_secret": (
        "Il ne s’ouvre pas avec le secret de ce déploiement.",
        "It does not open with the secret of this deployment.",
    ),
    "seal_wrong_secret_do": (
        "Faites remettre l’ancien ASSIDU_SECRET_KEY, ou déposez de nouveau le cachet.",
        "Have the former ASSIDU_SECRET_KEY put back, or bring the seal again.",
    ),
    "seal_expiring": (
        "Son certificat expire dans {days} jour(s), le {until}.",
        "Its certificate ends in {days} day(s), at {until}.",
    ),
    "seal_expiring_do": (
        "Commandez le suivant dès maintenant : un prestataire demande des semaines.",
        "Order the next one now: it takes weeks to be had.",
    ),
    "seal_development": (
        "C’est un cachet de développement : les documents portent « non qualifié ».",
        "It is one for development: documents say “non qualifié”.",
    ),
    "seal_development_do": (
        "Commandez un cachet électronique au nom de l’organisme, puis déposez-le (docs/seals.md).",
        "Order an electronic seal in the organisation’s name, then bring it (docs/seals.md).",
    ),
    "part_senders": ("Plateformes qui envoient", "Platforms that send"),
    "senders_sending": ("{count} accès en service, aucun ne se tait.", "{count} credentials in use, none is silent."),
    "senders_quiet": (
        "{count} plateforme(s) sans envoi depuis plus longtemps que prévu ({labels}), depuis le {since}.",
        "{count} platform(s) silent for longer than agreed ({labels}), since {since}.",
    ),
    "senders_quiet_do": (
        "Vérifiez la tâche d’envoi de la plateforme, puis l’état de son accès.",
        "Look at the sending task of the platform, then at its credential.",
    ),
    "senders_ending": (
        "Accès qui expirent bientôt : {count} ({labels}).",
        "{count} credential(s) end soon ({labels}).",
    ),
    "senders_ending_do": ("Créez l’accès suivant avant l’échéance.", "Make the next one before then."),
    "senders_none": ("Aucune plateforme ne peut encore envoyer de traces.", "No platform can send statements yet."),
    "senders_none_do": ("Créez un accès pour votre LMS.", "Make a credential for your LMS."),
    "part_outgoing": ("Envois vers d’autres systèmes", "Sending to other systems"),
    "outgoing_sending": ("{count} destinataire(s), tous joignables.", "{count} receiver(s), all within reach."),
    "outgoing_stopped": ("Plus rien n’est envoyé à : {labels}.", "Nothing is sent any more to {labels}."),
    "outgoing_stopped_do": ("Corrigez ce qui est indiqué, puis reprenez.", "Mend what is named, then resume."),
    "outgoing_failing": ("Des envois échouent pour l’instant : {labels}.", "Sending fails for now: {labels}."),
    "outgoing_failing_do": (
        "Les essais continuent d’eux-mêmes ; rien n’est perdu.",
        "It is tried again by itself; nothing is lost.",
    ),
    "outgoing_letters": ("Tout n’a pas pu être remis à : {labels}.", "Not all could be delivered to {labels}."),
    "outgoing_letters_do": ("Voyez pourquoi, puis renvoyez.", "See why, then send again."),
    "part_pulls": ("Reprises d’autres entrepôts", "Other record stores"),
    "pulls_pulled": ("{count} entrepôt(s), repris d’office.", "{count} record store(s), pulled from by themselves."),
    "pulls_stopped": ("Plus rien n’est repris de : {labels}.", "Nothing is pulled any more from {labels}."),
    "pulls_stopped_do": (
        "Corrigez les réglages de la source et enregistrez-les.",
        "Mend the settings of the source and save them.",
    ),
    "pulls_failing": ("Des reprises échouent pour l’instant : {labels}.", "Pulls fail for now: {labels}."),
    "pulls_failing_do": (
        "Les essais continuent d’eux-mêmes ; si un secret manque, indiquez-le.",
        "It is tried again by itself; where a secret is missing, give it.",
    ),
    "part_quarantine": ("Traces refusées", "Refused statements"),
    "quarantine_empty": ("Rien n’est en quarantaine.", "Nothing is in quarantine."),
    "quarantine_held": ("{count} envoi(s) refusé(s) en quarantaine.", "{count} refused request(s) in quarantine."),
    "quarantine_held_do": (
        "Corrigez la plateforme qui envoie, puis rejouez ou écartez ces envois.",
        "Mend the platform that sends, then replay or drop these.",
    ),
    "part_provider": ("Identité de l’organisme", "The organisation’s identity"),
    "provider_complete": ("Les documents ont tout ce qu’ils nomment.", "Documents have all that they name."),
    "provider_none": (
        "L’organisme n’est pas décrit : aucun document ne peut être émis.",
        "The organisation is not described: no document can be issued.",
    ),
    "provider_none_do": (
        "Renseignez la raison sociale, le SIRET, le numéro de déclaration d’activité et un signataire.",
        "Give its name, SIRET, activity number and a signatory.",
    ),
    "provider_incomplete": ("Il manque : {missing}.", "Missing: {missing}."),
    "provider_incomplete_do": (
        "Complétez-la : ces mentions figurent sur les documents.",
        "Complete it: documents name these.",
    ),
    "missing_siret": ("le SIRET", "SIRET"),
    "missing_activity_number": ("le numéro de déclaration d’activité", "activity number"),
    "missing_address": ("l’adresse", "address"),
    "missing_place": ("le lieu de signature", "place of signature"),
    "missing_signatories": ("un signataire en fonction", "a signatory in office"),
    "part_mail": ("Courriels", "Mail"),
    "mail_ready": ("Un serveur d’envoi est réglé.", "A mail server is set."),
    "mail_none": (
        "Aucun serveur d’envoi n’est réglé : les invitations et les liens de signature ne partent pas.",
        "No mail server is set: invitations and signing links are not sent.",
    ),
    "mail_none_do": (
        "Faites régler ASSIDU_SMTP_HOST et ASSIDU_MAIL_FROM sur le serveur ; d’ici là, remettez les liens vous-même.",
        "Have ASSIDU_SMTP_HOST and ASSIDU_MAIL_FROM set; until then, hand links over yourself.",
    ),
    "part_room": ("Espace disque", "Disk"),
    "room_enough": ("{free} Gio libres sur {total} ({percent} %).", "{free} of {total} GiB free ({percent}%)."),
    "room_little": ("Il reste {free} Gio sur {total} ({percent} %).", "{free} of {total} GiB are left ({percent}%)."),
    "room_little_do": (
        "Faites agrandir le disque de la base avant qu’elle ne s’arrête.",
        "Have the disk of the database enlarged before it stops.",
    ),
}
