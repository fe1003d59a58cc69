"""What a setting's text may be, and the value it stands for. Nothing here reads the environment."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

# What `lrs.credential` takes for a key; a test holds the two together, so that reading settings stays light.
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}\Z")


@dataclass(frozen=True, slots=True)
class Accepts:
    """A kind of setting: what it takes, in words, and how its text becomes a value."""

    words: str
    parse: Callable[[str], Any]  # raises ValueError


def text(words: str = "any text") -> Accepts:
    """Accept any text."""
    return Accepts(words, str)


def folder() -> Accepts:
    """Accept a path, absolute or from the folder that the process was started in."""

    def parse(value: str) -> Path:
        try:
            return Path(value).expanduser()
        except RuntimeError as error:
            # `~somebody` who has no home on this machine.
            raise ValueError(value) from error

    return Accepts("a folder", parse)


def file() -> Accepts:
    """Accept the path of a file that is there."""

    def parse(value: str) -> Path:
        path: Path = folder().parse(value)
        try:
            is_there = path.is_file()
        except OSError as error:
            raise ValueError(value) from error  # a name that is too long, or in a folder that is closed to us
        if not is_there:
            raise ValueError(value)
        return path

    return Accepts("the path of a file", parse)


def truth() -> Accepts:
    """Accept yes or no, in the words that people write into such files."""

    def parse(value: str) -> bool:
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if value.lower() not in words:
            raise ValueError(value)
        return words[value.lower()]

    return Accepts("true or false", parse)


def content_address() -> Accepts:
    """Accept the address of a host, or of one for each package (`https://*.contents.example`)."""

    def parse(value: str) -> str:
        parts = urlsplit(value)
        host = parts.netloc.removeprefix("*.")
        if parts.scheme not in ("http", "https") or not host or "*" in host or "@" in host or parts.path.strip("/"):
            raise ValueError(value)
        return value.rstrip("/")

    return Accepts("an http:// or https:// address of a host, which may begin with *.", parse)


def integer(least: int, most: int, unit: str = "") -> Accepts:
    """Accept a whole number between two bounds, both included."""

    def parse(value: str) -> int:
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise ValueError
        return int(value)

    return Accepts(f"a whole number{' of ' + unit if unit else ''} from {least} to {most}", parse)


def choice(*names: str) -> Accepts:
    """Accept one of a few words, in any case."""

    def parse(value: str) -> str:
        if value.lower() not in names:
            raise ValueError
        return value.lower()

    return Accepts("one of " + ", ".join(names), parse)


def secret(least_characters: int) -> Accepts:
    """Accept text that is too long to guess."""

    def parse(value: str) -> str:
        if len(value) < least_characters:
            raise ValueError
        return value

    return Accepts(f"at least {least_characters} characters", parse)


def address(*schemes: str) -> Accepts:
    """Accept a URL with one of `schemes` and a host."""

    def parse(value: str) -> str:
        parts = urlsplit(value)  # its own ValueError is as good as ours
        if parts.scheme not in schemes or not parts.netloc:
            raise ValueError
        return value

    return Accepts("an address that starts with " + " or ".join(f"{scheme}://" for scheme in schemes), parse)


def credential_name() -> Accepts:
    """Accept what a credential's key may be."""

    def parse(value: str) -> str:
        if not _KEY.match(value):
            raise ValueError
        return value

    return Accepts("1 to 128 of A-Z, a-z, 0-9, _ and -, the first a letter or digit", parse)


def mail_address() -> Accepts:
    """Accept something with one @ and something on both sides of it."""

    def parse(value: str) -> str:
        before, at, after = value.partition("@")
        if not (before and at and after) or "@" in after or " " in value:
            raise ValueError
        return value

    return Accepts("a mail address", parse)
