"""The assistance log (journal d'assistance): what was said between a trainee and whoever helps them, as statements.

Distance training takes dated human assistance (D6313-3-1 1°). `Logbook` reads and writes it; `delays` says what is
unanswered and how fast answers come. Pure but for `logbook`.
"""

from training.assistance.delays import Delays, delays_of, open_questions
from training.assistance.exchange import Channel, Entry, Exchange, Kind, Outcome
from training.assistance.logbook import Logbook

__all__ = [
    "Channel",
    "Delays",
    "Entry",
    "Exchange",
    "Kind",
    "Logbook",
    "Outcome",
    "delays_of",
    "open_questions",
]
