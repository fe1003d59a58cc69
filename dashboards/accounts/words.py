"""What the pages of accounts say."""

from __future__ import annotations

from typing import Final

from dashboards.words import Texts

ROLES: Final[Texts] = {
    "role_learner": ("Stagiaire", "Learner"),
    "role_trainer": ("Formateur", "Trainer"),
    "role_manager": ("Responsable pédagogique", "Pedagogical manager"),
    "role_funder": ("Financeur", "Funder"),
    "role_auditor": ("Auditeur", "Auditor"),
    "role_administrator": ("Administrateur", "Administrator"),
}

DOORS: Final[Texts] = {
    "other": ("English", "Français"),
    "menu": ("Compte", "Account"),
    "title_sign_in": ("Connexion", "Sign in"),
    "lead_sign_in": ("Le suivi de vos formations, preuves à l’appui.", "Your training followed, with the evidence."),
    "email": ("Adresse e-mail", "E-mail address"),
    "password": ("Mot de passe", "Password"),
    "sign_in": ("Se connecter", "Sign in"),
    "forgotten": ("Mot de passe oublié ?", "Forgotten your password?"),
    "by_organisation": ("Se connecter par mon organisation", "Sign in through my organisation"),
    "with_password": ("Se connecter avec un mot de passe", "Sign in with a password"),
    "wrong": (
        "Cette adresse et ce mot de passe ne vont pas ensemble.",
        "This address and this password do not go together.",
    ),
    "slow": (
        "Trop d’essais depuis ici. Réessayez dans {wait}.",
        "Too many attempts from here. Try again in {wait}.",
    ),
    "stale": (
        "Cette page était ouverte depuis trop longtemps. Réessayez.",
        "This page had been open for too long. Try again.",
    ),
    "failure_400": ("Cette demande ne peut pas être prise", "This request cannot be taken"),
    "failure_400_do": (
        "Revenez à la page d’où vous venez et recommencez.",
        "Go back to the page that you came from, and try again.",
    ),
    "failure_404": ("Cette page n’existe pas", "There is no such page"),
    "failure_404_do": (
        "L’adresse est peut-être incomplète, ou ce qu’elle montrait ne vous est pas ouvert.",
        "The address may be incomplete, or what it showed is not open to you.",
    ),
    "failure_405": ("Cette adresse ne s’ouvre pas ainsi", "This address is not opened this way"),
    "failure_405_do": (
        "Elle attend un formulaire : revenez à la page qui l’a.",
        "It takes a form: go back to the page that has it.",
    ),
    "failure_413": ("C’est trop gros", "This is too large"),
    "failure_413_do": (
        "Rien n’a été enregistré. Envoyez un fichier plus petit.",
        "Nothing was saved. Send a smaller file.",
    ),
    "failure_429": ("Trop de demandes à la fois", "Too many requests at once"),
    "failure_429_do": ("Attendez une minute, puis recommencez.", "Wait a minute, then try again."),
    "failure_500": ("Quelque chose s’est cassé ici", "Something broke here"),
    "failure_500_do": (
        (
            "L’erreur vient de nous et elle est consignée. Réessayez ; si elle revient, donnez cette référence à votre "
            "administrateur."
        ),
        (
            "The fault is ours, and it is on record. Try again; if it comes back, give this reference to your "
            "administrator."
        ),
    ),
    "failure_503": ("Le service ne répond pas en ce moment", "The service does not answer just now"),
    "failure_503_do": (
        "Réessayez dans un instant ; ce qui était enregistré l’est toujours.",
        "Try again in a moment; what was saved is safe.",
    ),
    "to_start": ("Aller à l’accueil", "Go to the first page"),
    "reference": ("Référence : {id}", "Reference: {id}"),
    "title_refused": ("Ce n’est pas possible", "This cannot be done"),
    "try_again": ("Revenir", "Go back"),
    "title_organisation": ("Connexion par votre organisation", "Sign in through your organisation"),
    "lead_organisation": (
        "Votre organisation vérifie qui vous êtes avec son propre service de connexion.",
        "Your organisation checks who you are with its own sign-in service.",
    ),
    "slug": ("Identifiant de votre organisation", "Your organisation’s identifier"),
    "slug_hint": (
        "Votre administrateur vous l’a donné, ou un lien direct.",
        "Your administrator gave it to you, or a direct link.",
    ),
    "go_on": ("Continuer", "Continue"),
    "no_provider": (
        "Aucune connexion par organisation ne répond sous cet identifiant.",
        "No organisation’s sign-in answers under this identifier.",
    ),
    "provider_failed": (
        "Votre organisation n’a pas confirmé qui vous êtes. Recommencez depuis cette page.",
        "Your organisation did not confirm who you are. Start again from this page.",
    ),
    "no_account": (
        "Votre organisation vous connaît, mais aucun compte ne vous attend ici. Demandez-lui une invitation.",
        "Your organisation knows you, but no account waits for you here. Ask it for an invitation.",
    ),
    "title_second_factor": ("Encore une étape", "One more step"),
    "lead_second": (
        "Montrez que c’est bien vous, avec ce que vous seul avez.",
        "Show that it is you, with what only you have.",
    ),
    "show_passkey": ("Utiliser ma clé d’accès", "Use my passkey"),
    "code_or_recovery": ("Code de votre application, ou code de secours", "Code of your app, or recovery code"),
    "code_hint": (
        "Six chiffres, ou un des codes de secours que vous avez gardés.",
        "Six digits, or one of the recovery codes that you kept.",
    ),
    "recovery_code": ("Code de secours", "Recovery code"),
    "recovery_hint": ("Un de ceux que vous avez gardés.", "One of those that you kept."),
    "check": ("Vérifier", "Check"),
    "wrong_code": (
        "Ce code n’est pas le bon, ou il a déjà servi.",
        "This is not the right code, or it has been used.",
    ),
    "wrong_passkey": (
        "Cette clé d’accès n’ouvre pas ce compte. Réessayez.",
        "This passkey does not open this account. Try again.",
    ),
    "lost_factor": (
        "Rien de tout cela sous la main ? Votre administrateur peut réinitialiser votre second facteur.",
        "None of this at hand? Your administrator can reset your second factor.",
    ),
    "other_account": ("Prendre un autre compte", "Use another account"),
    "title_invitation": ("Bienvenue", "Welcome"),
    "lead_invitation": (
        "{organisation} vous ouvre un compte. Votre rôle : {role}.",
        "{organisation} opens an account for you. Your role: {role}.",
    ),
    "invitation_provider": (
        "Le plus simple : votre organisation vérifie qui vous êtes, sans nouveau mot de passe.",
        "The easiest way: your organisation checks who you are, without a new password.",
    ),
    "or_password": ("Ou avec un mot de passe", "Or with a password"),
    "name": ("Nom affiché", "Displayed name"),
    "choose_password": ("Choisissez un mot de passe", "Choose a password"),
    "new_password": ("Nouveau mot de passe", "New password"),
    "password_hint": (
        "Au moins 8 caractères ; une phrase est plus sûre, et se retient mieux.",
        "At least 8 characters; a phrase is safer, and easier to remember.",
    ),
    "wrong_length": (
        "Ce mot de passe est trop court ou trop long : de 8 à 1 024 caractères.",
        "This password is too short or too long: 8 to 1,024 characters.",
    ),
    "wrong_name": ("Indiquez un nom, de 200 caractères au plus.", "Give a name of 200 characters at most."),
    "open_account": ("Ouvrir mon compte", "Open my account"),
    "invitation_over": (
        "Cette invitation a expiré, a été retirée ou a déjà servi. Demandez-en une autre à qui vous l’a envoyée.",
        "This invitation is too old, was withdrawn or has been used. Ask whoever sent it for another.",
    ),
    "address_taken": (
        "Cette adresse se connecte déjà à une autre organisation. Demandez à être invité sous une autre adresse.",
        "This address signs in to another organisation already. Ask to be invited under another address.",
    ),
    "title_forgotten": ("Mot de passe oublié", "Forgotten password"),
    "lead_forgotten": (
        "Nous vous écrirons un lien pour en choisir un autre.",
        "We will send you a link to choose another.",
    ),
    "send_link": ("Recevoir le lien", "Send me the link"),
    "forgotten_sent": (
        "Si cette adresse a un compte avec mot de passe, un lien vient de lui être envoyé. Il sert pendant une heure.",
        "If this address has an account with a password, a link has just been sent to it. It works for an hour.",
    ),
    "forgotten_wait": (
        "Rien reçu ? Regardez dans les indésirables, vérifiez l’adresse, ou demandez à votre administrateur.",
        "Nothing there? Look among unwanted mail, check the address, or ask your administrator.",
    ),
    "title_reset": ("Choisir un autre mot de passe", "Choose another password"),
    "lead_reset": (
        "Toutes vos sessions ouvertes seront fermées ; vos seconds facteurs restent.",
        "All your open sessions will end; your second factors stay.",
    ),
    "save_password": ("Enregistrer ce mot de passe", "Save this password"),
    "reset_over": (
        "Ce lien a expiré ou a déjà servi. Demandez-en un autre.",
        "This link is too old or has been used. Ask for another.",
    ),
}

ACCOUNT: Final[Texts] = {
    "title_account": ("Mon compte", "My account"),
    "back": ("Retour aux pages", "Back to the pages"),
    "sign_out": ("Se déconnecter", "Sign out"),
    "who": ("Qui vous êtes", "Who you are"),
    "language": ("Langue des pages et des courriels", "Language of pages and letters"),
    "save": ("Enregistrer", "Save"),
    "title_confirm": ("Est-ce bien vous ?", "Is it you?"),
    "lead_confirm": (
        "Ce que vous allez faire engage l’organisme : montrez une nouvelle fois que c’est vous.",
        "What you are about to do binds the organisation: show once more that it is you.",
    ),
    "confirm": ("C’est bien moi", "It is me"),
    "confirmed": (
        "C’est confirmé, pour un quart d’heure. Revenez à l’onglet d’avant, où ce que vous avez saisi vous attend.",
        "Confirmed, for a quarter of an hour. Go back to the tab before, where what you typed waits for you.",
    ),
    "confirm_elsewhere": (
        "Votre organisation vérifie qui vous êtes : déconnectez-vous, puis connectez-vous de nouveau.",
        "Your organisation checks who you are: sign out, then sign in again.",
    ),
    "password_ends": (
        "Changer de mot de passe ferme vos sessions sur les autres appareils.",
        "Changing your password ends your sessions on other devices.",
    ),
    "password_before": ("Mot de passe actuel", "Current password"),
    "change_password": ("Changer de mot de passe", "Change password"),
    "wrong_password": ("Ce n’est pas votre mot de passe actuel.", "This is not your current password."),
    "no_password": (
        "Vous vous connectez par votre organisation : il n’y a pas de mot de passe ici.",
        "You sign in through your organisation: there is no password here.",
    ),
    "factors": ("Second facteur", "Second factor"),
    "factors_why": (
        "Demandé après le mot de passe : qui vous l’a volé n’entre pas pour autant.",
        "Asked for after the password: whoever stole it does not get in.",
    ),
    "factors_asked": (
        "Votre organisation en demande un pour votre rôle.",
        "Your organisation asks for one in your role.",
    ),
    "factor_recommended": (
        "Votre rôle donne accès aux données de toute l’organisation : un second facteur est recommandé.",
        "Your role opens the data of the whole organisation: a second factor is recommended.",
    ),
    "no_factor": ("Vous n’en avez pas encore.", "You have none yet."),
    "add_passkey": ("Ajouter une clé d’accès", "Add a passkey"),
    "add_totp": ("Ajouter une application à codes", "Add an app with codes"),
    "kind_passkey": ("Clé d’accès", "Passkey"),
    "kind_totp": ("Application à codes", "App with codes"),
    "made_on": ("ajouté le {when}", "added on {when}"),
    "used_on": ("utilisé le {when}", "used on {when}"),
    "remove": ("Retirer", "Remove"),
    "remove_this": ("Retirer « {name} »", "Remove “{name}”"),
    "last_factor": (
        "Votre organisation demande un second facteur : ajoutez-en un autre avant de retirer celui-ci.",
        "Your organisation asks for a second factor: add another before you remove this one.",
    ),
    "too_many": (
        "Un compte a au plus dix seconds facteurs : retirez-en un d’abord.",
        "An account has at most ten second factors: remove one first.",
    ),
    "recovery_codes": ("Codes de secours", "Recovery codes"),
    "codes_left": ("Codes restants : {count} sur 10.", "Codes left: {count} of 10."),
    "few_codes": (
        "Codes de secours restants : {count}. Faites-en de nouveaux avant de perdre votre second facteur.",
        "Recovery codes left: {count}. Make new ones before you lose your second factor.",
    ),
    "new_codes": ("Faire de nouveaux codes", "Make new codes"),
    "new_codes_end": ("Les anciens ne serviront plus.", "The old ones will not work any more."),
    "sessions": ("Sessions ouvertes", "Open sessions"),
    "sessions_why": (
        "Là où vous êtes connecté. Heures à cinq minutes près ; le réseau est tronqué.",
        "Where you are signed in. Times to within five minutes; the network is cut short.",
    ),
    "device_phone": ("Téléphone", "Phone"),
    "device_tablet": ("Tablette", "Tablet"),
    "device_computer": ("Ordinateur", "Computer"),
    "device_unknown": ("Appareil inconnu", "Unknown device"),
    "this_one": ("ici", "here"),
    "began": ("depuis le {when}", "since {when}"),
    "seen": ("vu le {when}", "seen {when}"),
    "network": ("réseau {network}", "network {network}"),
    "end_session": ("Déconnecter", "Sign out"),
    "end_others": ("Déconnecter partout ailleurs", "Sign out everywhere else"),
    "done_saved": ("Enregistré.", "Saved."),
    "done_password": (
        "Mot de passe changé ; vos autres sessions sont fermées.",
        "Password changed; your other sessions have ended.",
    ),
    "done_factor": (
        "Second facteur ajouté ; vos autres sessions sont fermées.",
        "Second factor added; your other sessions have ended.",
    ),
    "done_removed": (
        "Second facteur retiré ; vos autres sessions sont fermées.",
        "Second factor removed; your other sessions have ended.",
    ),
    "done_ended": ("Session fermée.", "Session ended."),
    "done_ended_others": ("Vos autres sessions sont fermées.", "Your other sessions have ended."),
    "done_recovery": (
        "Vous êtes entré avec un code de secours, qui ne servira plus.",
        "You came in with a recovery code, which will not work again.",
    ),
    "title_factors": ("Ajouter un second facteur", "Add a second factor"),
    "lead_factors": ("Choisissez ce qui vous est le plus simple.", "Choose what is easiest for you."),
    "lead_factors_asked": (
        "Votre organisation en demande un pour votre rôle. Une minute suffit ; ensuite, vos pages s’ouvrent.",
        "Your organisation asks for one in your role. It takes a minute; then your pages open.",
    ),
    "way_passkey": ("Clé d’accès (le plus simple)", "Passkey (easiest)"),
    "way_passkey_why": (
        "Votre empreinte, votre visage ou le code de votre appareil ; ou une clé de sécurité. Résiste à l’hameçonnage.",
        "Your fingerprint, your face or your device’s code; or a security key. Resists phishing.",
    ),
    "way_totp": ("Application à codes", "App with codes"),
    "way_totp_why": (
        "Six chiffres qui changent toutes les trente secondes, sur votre téléphone.",
        "Six digits that change every thirty seconds, on your phone.",
    ),
    "title_enrol_passkey": ("Ajouter une clé d’accès", "Add a passkey"),
    "lead_passkey": (
        "Votre appareil crée une clé, et vous demandera votre empreinte, votre visage ou son code.",
        "Your device makes a key, and will ask for your fingerprint, your face or its code.",
    ),
    "factor_name": ("Nom de cette clé", "Name of this passkey"),
    "my_device": ("Mon appareil", "My device"),
    "factor_name_hint": ("Pour la reconnaître dans votre compte.", "To recognise it in your account."),
    "make_passkey": ("Créer la clé d’accès", "Make the passkey"),
    "rather_totp": ("Plutôt une application à codes", "Rather an app with codes"),
    "rather_passkey": ("Plutôt une clé d’accès", "Rather a passkey"),
    "passkey_failed": (
        "L’appareil n’a pas répondu, ou l’opération a été annulée. Réessayez.",
        "The device did not answer, or this was cancelled. Try again.",
    ),
    "passkey_known": (
        "Cet appareil a déjà une clé pour ce compte.",
        "This device has a passkey for this account already.",
    ),
    "passkey_missing": (
        "Ce navigateur ne sait pas utiliser de clé d’accès : prenez un autre moyen.",
        "This browser cannot use passkeys: take another way.",
    ),
    "title_enrol_totp": ("Ajouter une application à codes", "Add an app with codes"),
    "lead_totp": (
        "Une application d’authentification, ou votre gestionnaire de mots de passe, affichera un code à six chiffres.",
        "An authenticator app, or your password manager, will show a code of six digits.",
    ),
    "totp_scan": ("1. Scannez ce code", "1. Scan this code"),
    "totp_picture": ("Code QR de votre secret", "QR code of your secret"),
    "totp_type": ("Impossible de scanner ? Tapez ce secret", "Cannot scan? Type this secret"),
    "totp_confirm": ("2. Recopiez le code affiché", "2. Copy the code that it shows"),
    "code_six": ("Code à six chiffres", "Code of six digits"),
    "totp_add": ("Ajouter cette application", "Add this app"),
    "totp_name": ("Application à codes", "App with codes"),
    "wrong_totp": (
        "Ce n’est pas le code affiché en ce moment. Vérifiez l’heure de votre téléphone.",
        "This is not the code shown right now. Check the time of your phone.",
    ),
    "title_recovery_codes": ("Vos codes de secours", "Your recovery codes"),
    "lead_recovery": (
        "Sans votre second facteur, un de ces codes vous fait entrer. Chacun ne sert qu’une fois.",
        "Without your second factor, one of these codes lets you in. Each works once.",
    ),
    "shown_once": ("Ils ne seront plus jamais affichés.", "They will never be shown again."),
    "recovery_keep": (
        "Imprimez cette page, ou rangez-les dans un gestionnaire de mots de passe.",
        "Print this page, or keep them in a password manager.",
    ),
    "recovery_kept": ("Je les ai gardés", "I have kept them"),
}
