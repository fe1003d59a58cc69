"""People who sign in to the pages: invitations, passwords, second factors, sessions; how guessing is slowed.

`Accounts(store, clock)` signs in and knows who is signed in; `Administration` is what an administrator does;
`OwnAccount` what everybody does with their own. Nothing connects at import.
"""

from training.access import Role
from training.accounts.account import Account, SignedIn
from training.accounts.directory import Accounts

__all__ = ["Account", "Accounts", "Role", "SignedIn"]
