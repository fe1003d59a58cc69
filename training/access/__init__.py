"""Who may see what: roles, whoever is reading, and the part of an organisation's records that is theirs to see.

Nothing here performs I/O: a scope is worked out from the records that it is asked about.
"""

from training.access.role import EVERYBODY, STAFF, Role
from training.access.scope import Scope
from training.access.viewer import Viewer

__all__ = ["EVERYBODY", "STAFF", "Role", "Scope", "Viewer"]
