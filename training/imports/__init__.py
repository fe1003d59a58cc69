"""Training records from CSV files: every problem listed with its line, and all of a file or nothing of it.

`run_import(...)` is the whole of it for a caller.
"""

from training.imports.report import ImportReport, LineProblem
from training.imports.run import KINDS_OF_FILE, run_import

__all__ = ["KINDS_OF_FILE", "ImportReport", "LineProblem", "run_import"]
