"""The thresholds that facts are counted by: data with a version, an effective date and a source."""

from analytics.rules.book import RuleBook, Rules, default_rules, parse_rules

__all__ = ["RuleBook", "Rules", "default_rules", "parse_rules"]
