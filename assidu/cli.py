"""The `assidu` command. Each subcommand's module is loaded only when it is asked for: `assidu run` starts fast."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Final

import click

from lrs.errors import AssiduError

_COMMANDS: Final[Mapping[str, str]] = {
    "run": "assidu.commands.serve:run",
    "web": "assidu.commands.serve:web",
    "worker": "assidu.commands.serve:worker",
    "authority": "assidu.commands.authority:authority",
    "organisations": "assidu.commands.credentials:organisations",
    "credentials": "assidu.commands.credentials:group",
    "account": "assidu.commands.account:group",
    "profiles": "assidu.commands.profiles:group",
    "cmi5": "assidu.commands.cmi5:group",
    "forward": "assidu.commands.outlets:forward",
    "webhook": "assidu.commands.outlets:webhook",
    "scorm": "assidu.commands.scorm:group",
    "package": "assidu.commands.packages:group",
    "import": "assidu.commands.transfer:import_",
    "import-from": "assidu.commands.sources:import_from",
    "pull": "assidu.commands.sources:pull",
    "sources": "assidu.commands.sources:group",
    "export": "assidu.commands.transfer:export",
    "export-parquet": "assidu.commands.parquet:export_parquet",
    "dossier": "assidu.commands.dossier:dossier",
    "risk": "assidu.commands.risk:risk",
    "retention": "assidu.commands.retention:retention",
    "erase": "assidu.commands.retention:erase",
    "verify": "assidu.commands.verify:verify",
    "fsck": "assidu.commands.fsck:fsck",
    "feed-demo": "assidu.commands.serve:feed_demo",
    "settings": "assidu.commands.settings:settings",
}


class _Commands(click.Group):
    """A group whose commands are named here and live in `assidu.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        target = _COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command; a refusal is lines for a person, not a traceback."""
        try:
            return super().invoke(ctx)
        except AssiduError as error:
            lines = [error.message]
            lines += [f"  {at.pointer}: {at.message} {at.accepted}".rstrip() for at in error.problems]
            raise click.ClickException("\n".join(lines)) from error
        except Exception as error:
            # The driver's exceptions can only be named once it is loaded; whatever else it is goes on its way.
            if not _is_store_failure(error):
                raise
            raise click.ClickException(f"MongoDB does not answer: {error}") from error


def _is_store_failure(error: Exception) -> bool:
    # Only now, for it loads the driver: most commands end without.
    from assidu.wiring import STORE_FAILURES  # noqa: PLC0415 - see above

    return isinstance(error, STORE_FAILURES)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="assidu")
def main() -> None:
    """Assidu: an xAPI Learning Record Store that can prove what it says."""
