"""One person who may sign in, as it is kept."""

from __future__ import annotations

from typing import Any, ClassVar

from mongoengine import BooleanField, Document, IntField, LongField, StringField

from training.access import Role

ACCOUNTS_COLLECTION = "accounts"


class Account(Document):  # type: ignore[misc]  # mongoengine ships no types
    """A person of one organisation. The e-mail address is unique in the whole deployment, lower-cased."""

    # The class is never bound to a connection: `Accounts` hands it the collection of the store it was
    # given, so that two databases in one process (tests, a migration) cannot be mistaken for each other.
    meta: ClassVar[dict[str, Any]] = {
        "collection": ACCOUNTS_COLLECTION,
        "auto_create_index": False,
        "strict": True,
    }

    organisation = IntField(required=True)
    email = StringField(required=True, max_length=254, regex=r"^[^\s@]+@[^\s@]+$")
    name = StringField(required=True, max_length=200)
    password_hash = StringField(required=True)
    role = StringField(required=True, choices=[role.value for role in Role])
    locale = StringField(required=True, choices=["fr", "en"], default="fr")
    created_micros = LongField(required=True)
    active = BooleanField(required=True, default=True)


def clean_email(text: str) -> str:
    """Return the one spelling under which an address is kept and looked up."""
    return text.strip().lower()
