"""The organisation's own records, in versions, the law they are held to, as data, and the people who sign in."""
