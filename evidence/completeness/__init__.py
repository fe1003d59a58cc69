"""What a funder asks to be shown of an enrolment, and what there is of it: evidenced, due, overdue.

Pure but for `enrolments`, which reads what that takes.
"""

from evidence.completeness.expected import Expected, expected_of
from evidence.completeness.item import Item, State
from evidence.completeness.judging import completeness_of

__all__ = ["Expected", "Item", "State", "completeness_of", "expected_of"]
