"""The thresholds that facts are counted by: the law's data and an organisation's own, as books by date. Pure."""

from analytics.rules.book import RuleBook, Rules
from analytics.rules.overridden import PROVISIONS, default_rules, rule_book

__all__ = ["PROVISIONS", "RuleBook", "Rules", "default_rules", "rule_book"]
