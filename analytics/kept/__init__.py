"""What is kept of a person, so that a day's statements cost a day's work, whatever the years before.

Pure; nothing here performs I/O: what is kept comes through a `Shelf`, and what is to be kept goes back as values.
`analytics.derivation.derive` says what all of it must add up to (docs/design/0013-facts-kept-incrementally.md).
"""

from analytics.kept.form import KeptActivity, KeptDay, KeptEnrolment, KeptRow
from analytics.kept.outlook import Outlook, outlook
from analytics.kept.settlement import Settled, settle
from analytics.kept.shelf import Shelf

__all__ = [
    "KeptActivity", "KeptDay", "KeptEnrolment", "KeptRow", "Outlook", "Settled", "Shelf", "outlook", "settle",
]  # fmt: skip
