"""The pages of accounts: signing in, invitations, forgotten passwords, and « Mon compte »."""
