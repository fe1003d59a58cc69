"""How much of a file is looked at: more than any document of ours has, and no more than a process can bear."""

from __future__ import annotations

from typing import Final

# Documents of a page or two have some hundred kilobytes; a month of connections has some thousand statements.
PDF_MOST_BYTES: Final = 20 * 1024 * 1024
EVIDENCE_MOST_BYTES: Final = 32 * 1024 * 1024
OBJECTS_MOST: Final = 50_000
