"""Records in MongoDB: every version is kept, and what was true at an instant can be asked.

The only place in which records know the driver.
"""

from training.store.entry import Change, Entry, Outcome
from training.store.reader import RecordReader, RegisterHead
from training.store.register import Register

__all__ = ["Change", "Entry", "Outcome", "RecordReader", "Register", "RegisterHead"]
