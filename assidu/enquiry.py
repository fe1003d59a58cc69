"""What anybody may ask about documents, with the trust that the settings give."""

from __future__ import annotations

from assidu.settings import Settings
from evidence.enquiry import Enquiry
from evidence.store.issued import IssuedDocuments
from evidence.verification.trust import Trust
from lrs.services import Services


def build_enquiry(settings: Settings, services: Services) -> Enquiry:
    """Return who answers on `/verify`; nothing is read before somebody asks."""

    def trust() -> Trust:
        # Only now: it loads all that seals and timestamps are made with.
        from assidu.trust import configured_trust  # noqa: PLC0415 - see above

        found = configured_trust(settings)
        return Trust(found.seals, found.stamps)

    return Enquiry(services.store, services.clock, IssuedDocuments(services.store), trust)
