"""`assidu verify`: no database, no network, no settings."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from assidu.commands.trust import read_trust

if TYPE_CHECKING:
    from evidence.verification.report import Report, Step

_WIDTH: Final = 100
_UNREADABLE: Final = 2


class _Unread(click.ClickException):
    """The file cannot be read."""

    exit_code = _UNREADABLE


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--trust", "trust", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              metavar="PEM", help="Certificats que vous reconnaissez, de cachets et d’horodatages.")  # fmt: skip
@click.option("--ledger-key", "ledger_keys", multiple=True, metavar="CLÉ",
              help="Clé de vérification du registre (nom+empreinte+clé) que vous tenez de l’organisme.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON, pour un programme.")
def verify(file: Path, trust: tuple[Path, ...], ledger_keys: tuple[str, ...], *, as_json: bool) -> None:
    """Vérifie FILE, un document scellé (PDF) ou un dossier (zip), sans base de données ni réseau.

    Dit étape par étape ce qui tient, et nomme la première qui ne tient pas. Code de sortie : 0 quand tout tient,
    1 quand quelque chose ne tient pas, 2 quand le fichier ne peut pas être lu, 3 quand rien de faux n’a été trouvé mais
    que tout n’a pas pu être vérifié, par exemple parce que le certificat du cachet n’est pas de ceux que vous
    reconnaissez. Le détail des étapes et le format : docs/verification.md.
    """
    from evidence.verification.bounded import check_path_bounded
    from evidence.verification.trust import Trust

    certificates = read_trust(trust)
    try:
        report = check_path_bounded(file, Trust(certificates, certificates, ledger_keys))
    except OSError as error:
        raise _Unread(f"{file} : {error.strerror}") from error
    if as_json:
        click.echo(json.dumps({"file": str(file), **report.to_dict()}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(file, report)))
    raise SystemExit(report.outcome.exit_status)


def _lines(file: Path, report: Report) -> list[str]:
    from evidence.verification.wording import OUTCOMES, VERDICTS

    lines = [str(file), f"SHA-256\u00a0: {report.digest}"]
    lines += [f"{label}\u00a0: {text}" for label, text in report.about]
    for step in report.steps:
        lines += ["", f"{step.number:>2}. {VERDICTS[step.verdict].upper()}\u00a0– {step.title}", *_told(step)]
    lines += ["", *(_filled(warning, "") for warning in report.warnings)]
    first = report.first_failure
    lines.append(report.unreadable or OUTCOMES[report.outcome])
    if first is not None:
        lines.append(f"La première étape qui ne tient pas est la {first.number}\u00a0: {first.title}.")
    return lines


def _told(step: Step) -> list[str]:
    return [_filled(step.why, "    "), *(f"    - {subject}" for subject in step.subjects)]


def _filled(text: str, indent: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
