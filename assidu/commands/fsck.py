"""`assidu fsck`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from assidu.commands.connection import open_services
from assidu.commands.trust import own_trust, read_trust
from assidu.wiring import STORE_FAILURES
from lrs.errors import NotFound
from lrs.organisations import Organisations

if TYPE_CHECKING:
    from cryptography import x509

    from evidence.fsck import Findings
    from lrs.services import Services

_FOUND = 1
# More are in --json: a screen shows the first ones.
_SHOWN_MOST = 20


class _NoAnswer(click.ClickException):
    """It could not be looked at."""

    exit_code = 2


@click.command("fsck")
@click.option("--organisation", "slug", metavar="SLUG", help="One organisation; all of them without this.")
@click.option("--trust", "trust", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              metavar="PEM", help="Certificates of timestamp authorities, beside those in the settings.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write what was found as JSON, for scripts.")
def fsck(slug: str | None, trust: tuple[Path, ...], *, as_json: bool) -> None:
    """Derive all evidence again from raw documents, and name what does not hold. Changes nothing.

    Leaves from salts and bytes, the tree from the leaves, tiles, every published head with its signature and its
    timestamp, attachments, archived files, issued documents, the audit trail; and what statements are found by. It
    shares no code with what writes them. It may run beside a deployment at work: what is written meanwhile is for the
    next time. The exit status is 0 when everything holds, 1 when something does not, 2 when it could not be looked at.
    """
    services = open_services()
    findings = _look(services, slug, (*read_trust(trust), *own_trust()))
    if as_json:
        click.echo(json.dumps(findings.to_dict(), ensure_ascii=False, indent=2))
    else:
        _say(findings)
    if findings.total:
        raise SystemExit(_FOUND)


def _look(services: Services, slug: str | None, trust: tuple[x509.Certificate, ...]) -> Findings:
    from evidence.fsck import Check, Kind, check_deployment
    from evidence.fsck.check import count_statements

    try:
        number = None if slug is None else Organisations(services.store, services.clock).get_by_slug(slug).number
    except NotFound as unknown:
        raise _NoAnswer(unknown.message) from unknown
    total = count_statements(services.store, number)
    with tqdm(desc="fsck", unit=" statements", unit_scale=True, total=total, disable=None) as bar:

        def looked(kind: Kind, many: int) -> None:
            if kind is Kind.STATEMENT:
                bar.update(many)
            else:
                bar.set_postfix_str(kind.value, refresh=False)

        try:
            return check_deployment(services.store, Check(number, trust, looked))
        except STORE_FAILURES as error:
            raise _NoAnswer("The database does not answer; what was looked at so far is not reported.") from error


def _say(findings: Findings) -> None:
    for finding in findings.kept[:_SHOWN_MOST]:
        click.echo(f"organisation {finding.organisation}, {finding.kind.value} {finding.subject}: {finding.what}")
    if findings.total > _SHOWN_MOST:
        click.echo(f"… and {findings.total - _SHOWN_MOST:,} more; --json lists them.")
    for text, count in findings.remarks.items():
        click.echo(f"not looked at: {count:,} {text}", err=True)
    looked = ", ".join(f"{count:,} {kind.value}s" for kind, count in findings.checked.items()) or "nothing there"
    verdict = f"{findings.total:,} things do not hold." if findings.total else "Everything holds."
    click.echo(f"{verdict} Looked at: {looked}.", err=True)
