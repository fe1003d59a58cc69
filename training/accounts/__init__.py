"""People who sign in to the pages: who they are, how a password is checked, how guessing is slowed.

`Accounts(store, clock)` is the whole of it for a caller; nothing connects at import.
"""

from training.access import Role
from training.accounts.account import Account
from training.accounts.directory import Accounts, SignedIn

__all__ = ["Account", "Accounts", "Role", "SignedIn"]
