"""Who did what to evidence, when and why: entries chained by hash. Nothing here performs I/O."""

from evidence.trail.chain import FIRST, Fault, check_chain, link
from evidence.trail.entry import PRODUCT, Act, Deed, TrailEntry, who_account, who_credential

__all__ = [
    "FIRST", "PRODUCT", "Act", "Deed", "Fault", "TrailEntry", "check_chain", "link", "who_account", "who_credential",
]  # fmt: skip
