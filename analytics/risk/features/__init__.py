"""Features of dropout risk: what histories show at an instant, as numbers that a registry explains. Pure.

Protected attributes (sex, age, disability, region, origin, language, education, name, employer) and what stands for
them never enter: `registry.json` lists them, and a test holds every feature against the list.
"""

from analytics.risk.features.lacking import Lack, LackReason
from analytics.risk.features.table import FeatureTable, feature_table

__all__ = ["FeatureTable", "Lack", "LackReason", "feature_table"]
