"""What the law and we ourselves fix, as data: each value with its effective date, its source and how far it is checked.

Nothing here performs I/O but the reading of our own data files, when asked.
"""

from training.law.holidays import Holiday, Holidays
from training.law.provisions import Contradiction, Law, Provision, load_law

__all__ = ["Contradiction", "Holiday", "Holidays", "Law", "Provision", "load_law"]
