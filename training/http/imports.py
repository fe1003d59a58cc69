"""CSV files of training records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from lrs.http.api.operations import ApiRequest, Operation
from training.http import schemas
from training.http.resource import author
from training.imports import KINDS_OF_FILE, run_import

_DOCUMENTATION: Final = """Import {0} from a CSV file.

UTF-8 or Windows-1252, with `;` or `,`. Columns: {1}. French names are known too, and empty cells leave what is known.
All of the file or nothing of it: with `dry_run` the answer lists what would be done and every problem with its line;
without, any problem refuses the file.
"""


def _import(kind: str) -> Callable[[ApiRequest], dict[str, Any]]:
    def view(request: ApiRequest) -> dict[str, Any]:
        services = request.services
        report = run_import(
            services.store,
            services.clock,
            services.ids,
            request.caller.organisation,
            kind,
            request.body,
            f"import by {author(request)}",
            dry_run=request.arguments["dry_run"] == "true",
        )
        return asdict(report)

    columns = (
        f"`{column.name}`" + (" (required)" if column.required else "") for column in KINDS_OF_FILE[kind].columns
    )
    view.__name__ = f"import_{kind}"
    view.__doc__ = _DOCUMENTATION.format(kind, ", ".join(columns))
    return view


OPERATIONS: Final = tuple(
    Operation(
        "POST",
        f"/imports/{kind}",
        _import(kind),
        schemas.ImportSchema,
        query=schemas.ImportQuerySchema,
        raw="text/csv",
    )
    for kind in KINDS_OF_FILE
)
