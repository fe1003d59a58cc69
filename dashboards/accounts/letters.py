"""What people are written about their accounts. No letter says more than its reader must know to act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboards.accounts.rendering import when
from dashboards.accounts.words import ROLES
from dashboards.attendance.letters import Delivery, Letter, Mailer
from dashboards.languages import LANGUAGES, find_language
from dashboards.words import Texts, Words
from lrs.clock import Micros

_SENDER: Final = "Assidu"
_INVITATION: Final = (
    """Bonjour {name},

{organisation} vous invite sur Assidu, où se suivent ses formations. Votre rôle : {role}.

Pour ouvrir votre compte :
{link}

Ce lien vous est personnel et sert une fois, jusqu’au {until}.
Vous n’attendiez pas cette invitation ? Ne faites rien : aucun compte ne s’ouvrira.
""",
    """Hello {name},

{organisation} invites you to Assidu, where its training is followed. Your role: {role}.

To open your account:
{link}

This link is yours alone and works once, until {until}.
You were not expecting this? Do nothing: no account will be opened.
""",
)
_RESET: Final = (
    """Bonjour {name},

Quelqu’un, sans doute vous, a oublié le mot de passe de votre compte Assidu.

Pour en choisir un autre :
{link}

Ce lien sert une fois, pendant une heure.
Ce n’était pas vous ? Ne faites rien : votre mot de passe reste ce qu’il est.
""",
    """Hello {name},

Somebody, probably you, has forgotten the password of your Assidu account.

To choose another:
{link}

This link works once, for an hour.
It was not you? Do nothing: your password stays what it is.
""",
)
_NOTICE: Final = (
    """Bonjour {name},

{what}

Ce n’était pas vous ? Prévenez tout de suite votre administrateur, et choisissez un autre mot de passe :
{link}
""",
    """Hello {name},

{what}

It was not you? Tell your administrator at once, and choose another password:
{link}
""",
)
_TEXTS: Final[Texts] = {
    "invitation_subject": ("{organisation} vous ouvre un compte", "{organisation} opens an account for you"),
    "invitation": _INVITATION,
    "reset_subject": ("Choisir un autre mot de passe", "Choose another password"),
    "reset": _RESET,
    "notice_subject": ("Votre compte Assidu a changé", "Your Assidu account has changed"),
    "notice": _NOTICE,
    "notice_password": ("Le mot de passe de votre compte a été changé.", "The password of your account was changed."),
    "notice_factor": ("Un second facteur a été ajouté à votre compte.", "A second factor was added to your account."),
    "notice_removed": (
        "Un second facteur a été retiré de votre compte.",
        "A second factor was removed from your account.",
    ),
    "notice_codes": (
        "De nouveaux codes de secours ont été faits pour votre compte.",
        "New recovery codes were made for your account.",
    ),
    "notice_recovery": ("Un code de secours a ouvert votre compte.", "A recovery code has opened your account."),
}


@dataclass(frozen=True, slots=True)
class AccountLetters:
    """Writes and sends them. `address` is where links lead, the deployment's own: never what a request calls us."""

    mailer: Mailer
    address: str

    def invitation_link(self, token: str) -> str:
        """Return the link of an invitation."""
        return f"{self.address}/invitation/{token}"

    def invite(
        self, to: str, name: str, locale: str, role: str, organisation: str, token: str, until: Micros
    ) -> Delivery:
        """Send an invitation."""
        words = _words(locale)
        text = words(
            "invitation",
            name=name,
            organisation=organisation,
            role=words(f"role_{role}"),
            link=self.invitation_link(token),
            until=when(until, words.language),
        )
        subject = words("invitation_subject", organisation=organisation)
        # Long enough for a server that is there: the page then says what has become of the letter.
        return self.mailer.send(Letter(to, organisation, subject, text), patience_seconds=5.0)

    def reset(self, to: str, name: str, locale: str, token: str) -> None:
        """Send the link to another password. It waits for nothing: how long it takes tells nothing."""
        words = _words(locale)
        text = words("reset", name=name, link=f"{self.address}/reset/{token}")
        self.mailer.send(Letter(to, _SENDER, words("reset_subject"), text))

    def notice(self, to: str, name: str, locale: str, what: str) -> None:
        """Tell somebody that their account has changed: `password`, `factor`, `removed`, `codes` or `recovery`."""
        words = _words(locale)
        link = f"{self.address}/login/forgotten"
        text = words("notice", name=name, what=words(f"notice_{what}"), link=link)
        self.mailer.send(Letter(to, _SENDER, words("notice_subject"), text))


def _words(locale: str) -> Words:
    return Words(find_language(locale) or LANGUAGES[0], _TEXTS, ROLES)
