"""Sealing PDF files with the organisation's seal."""

from __future__ import annotations

from evidence.seals.seal import SealedFile, SealState
from lrs.caller import OrganisationId


class Seals:
    """The seals of all organisations. Safe to share among threads; several processes may seal at once."""

    def state(self, organisation: OrganisationId) -> SealState:
        """Say whether `organisation` can seal now, and as whom. Makes nothing and asks nobody."""
        raise NotImplementedError

    def seal(self, organisation: OrganisationId, pdf: bytes) -> SealedFile:
        """Return `pdf` sealed and stamped: PAdES-B-T, B-LT when the authorities said that nothing is withdrawn.

        The file that comes back has been checked as anybody would check it. Raises SealMissing, SealExpired,
        SealNotYetValid, SealUnreadable, and any of `lrs.timestamps.STAMP_FAILURES`; never returns a file that is not
        sealed and stamped.
        """
        raise NotImplementedError
