"""Why a request is refused: one word for each exception of the SN book that a learner or an author can act on."""

from __future__ import annotations

from enum import StrEnum


class Refused(StrEnum):
    """Why nothing is delivered."""

    # UP.5, DB.1.1-3
    DISABLED = "disabled"
    LIMIT = "limit"
    # SB.2.1
    END = "end"
    START = "start"
    EMPTY = "empty"
    # SB.2.2-1, SB.2.7-2, SB.2.8-2
    NO_FLOW = "no_flow"
    # SB.2.4
    STOPPED = "stopped"
    FORWARD_ONLY = "forward_only"
    # SB.2.9
    UNAVAILABLE = "unavailable"
    HIDDEN = "hidden"
    NO_CHOICE = "no_choice"
    PREVENTED = "prevented"
    NO_EXIT = "no_exit"
    CONSTRAINED = "constrained"
    # A request that does not fit: nothing is open, or something is (SB.2.5-1 … SB.2.11-1, TB.2.3)
    UNFITTING = "unfitting"
