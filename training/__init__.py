"""The organisation's own records: today the accounts of people who sign in."""
