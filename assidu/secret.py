"""The deployment's own key, kept outside the database: stored secrets and sessions are keyed with it."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from assidu.settings import Settings
from lrs.errors import AssiduError


class BadDataFolder(AssiduError):
    """The data folder cannot be used; the message is one line that says what to do."""


def secret_key(settings: Settings) -> bytes:
    """Return the deployment's key: the setting, else the one kept in the data folder, made on first use."""
    if settings.secret_key:
        return settings.secret_key.encode()
    path = settings.data / "secret_key"
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        _write_once(path)
        return base64.urlsafe_b64decode(path.read_bytes())
    except OSError as error:
        message = f"The folder {settings.data} cannot be written ({error.strerror}): choose another with ASSIDU_DATA."
        raise BadDataFolder(message) from error


def _write_once(path: Path) -> None:
    """Put 256 random bits at `path`, readable by its owner alone, unless another process has just done so.

    The whole key is written aside and linked into place: nobody ever reads half of one.
    """
    if path.exists():
        return
    aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink()
