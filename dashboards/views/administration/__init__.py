"""What administrators read and change: views of a `Lens`, and changes that go through the rooms' own services.

Each module reads one thing; those called `…_changes` write it. A view requires the roles that it serves, because
what it reads is of the whole organisation; a change requires ADMINISTRATOR, and names who made it as the audit trail
does.
"""
