"""One visit of one page: who reads, in which language, at which address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboards.languages import Language
from dashboards.reader import Reader
from dashboards.views.lens import Lens
from dashboards.words import Texts, Words

# Where `dashboards.mount` leaves, in the request's environment, the id under which the log has it.
REQUEST_ID: Final = "assidu.page_request_id"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page is drawn from. `place` holds what its path and its query string say, as text."""

    lens: Lens
    reader: Reader
    words: Words
    place: Mapping[str, str]

    @property
    def language(self) -> Language:
        """The language of the page."""
        return self.words.language

    def adding(self, *texts: Texts) -> Visit:
        """Return this visit with the texts of a page too."""
        return Visit(self.lens, self.reader, self.words.adding(*texts), self.place)
