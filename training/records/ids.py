"""Names of records: short texts that an organisation may choose itself."""

from __future__ import annotations

import re
from typing import Final, NewType

PersonId = NewType("PersonId", str)
ProgrammeId = NewType("ProgrammeId", str)
ModuleId = NewType("ModuleId", str)
ActivityId = NewType("ActivityId", str)
SessionId = NewType("SessionId", str)
SlotId = NewType("SlotId", str)
EnrolmentId = NewType("EnrolmentId", str)
FunderId = NewType("FunderId", str)
FunderProfileId = NewType("FunderProfileId", str)
CompletionRuleId = NewType("CompletionRuleId", str)
MappingRuleId = NewType("MappingRuleId", str)
LawOverrideId = NewType("LawOverrideId", str)
ProviderId = NewType("ProviderId", str)

# Safe in a path, a file name and a CSV cell without quoting; long enough for a UUID and a prefix.
ID_PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}\Z")
ID_ACCEPTED: Final = "1 to 64 of A-Z a-z 0-9 . _ ~ -, beginning with a letter or a digit"
