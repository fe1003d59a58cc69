"""What pages show, through `/api/v1`: the same views, read through the same lens, written as JSON.

`sections` is what the application registers. A view that lands is one line in `table`.
"""

from __future__ import annotations

from dashboards.http.admission import SCHEMES, admission
from dashboards.http.files import file_operations
from dashboards.http.table import SHOWN
from dashboards.views.lens import Sources
from lrs.http.api.operations import Section
from training.accounts.keys import AccessKeys

_DESCRIPTION = (
    "What the pages of each role show. An access key reads as its role does and nothing else, within the same scope; a "
    "credential of scope `all` reads as an administrator."
)


def sections(sources: Sources) -> tuple[Section, ...]:
    """Return the operations on what pages show."""
    operations = (*(shown.operation(sources) for shown in SHOWN), *file_operations(sources))
    admit = admission(AccessKeys(sources.services))
    return (Section("dashboards", _DESCRIPTION, operations, admit, SCHEMES),)
