"""An organisation's tables as Parquet files: one for each table, organisation and month, each whole or not there."""

from analytics.frames.parquet.export import Export, Report
from analytics.frames.parquet.months import Months

__all__ = ["Export", "Months", "Report"]
