"""Every setting, built once from the environment and handed on by argument; the only reader of `os.environ`."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from assidu import accepts
from assidu.accepts import Accepts
from lrs.errors import AssiduError
from lrs.limits import Limits
from lrs.outgoing.places import Network

PREFIX: Final = "ASSIDU_"
METRICS_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
_MIB: Final = 1024 * 1024


class BadSettings(AssiduError):
    """The environment says something that no setting accepts; the message has one line for each."""


def setting(default: Any, accepted: Accepts, doc: str, *, secret: bool = False) -> Any:  # noqa: ANN401 - dataclass idiom
    """Return a field that knows what its variable accepts and what it is for."""
    return field(default=default, repr=not secret, metadata={"accepts": accepted, "doc": doc, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one deployment is told. The variable of `web_workers` is `ASSIDU_WEB_WORKERS`, and so on."""

    mongodb_uri: str | None = setting(
        None,
        accepts.address("mongodb", "mongodb+srv"),
        "The MongoDB replica set or sharded cluster. Without it an embedded `mongod` keeps data under `ASSIDU_DATA`.",
        secret=True,
    )
    database: str = setting("assidu", accepts.text("a MongoDB database name"), "The database's name.")
    data: Path = setting(
        Path("var"), accepts.folder(), "Where the embedded database, the generated secret key and counters live."
    )
    host: str = setting("127.0.0.1", accepts.text("an IP address or a host name"), "The address that web listens on.")
    port: int = setting(8080, accepts.integer(1, 65535), "The port that web listens on.")
    public_url: str | None = setting(
        None,
        accepts.address("http", "https"),
        "The address people and LMSs use, when a proxy stands in front. With `https://`, session cookies are Secure.",
    )
    content_url: str | None = setting(
        None,
        accepts.content_address(),
        "Where hosted packages are served: an origin where nobody signs in, such as `https://*.contenus.example`, with "
        "one host for each package, or `https://contenus.example` for all. Without it, `content.localhost` on this "
        "machine alone; with `ASSIDU_PUBLIC_URL` and without it, packages are not opened.",
    )
    package_bytes: int = setting(
        512 * _MIB,
        accepts.integer(_MIB, 2048 * _MIB, "bytes"),
        "The largest package taken; it may unpack to four times that.",
    )
    trusted_proxies: int = setting(
        0, accepts.integer(0, 10, "proxies"), "How many proxies in front are believed about the client's address."
    )
    web_workers: int = setting(2, accepts.integer(1, 64, "processes"), "How many web processes serve requests.")
    web_threads: int = setting(
        64,
        accepts.integer(1, 1024, "requests"),
        "How many requests of systems one web process serves at once, and of people eight more; 128 more of systems "
        "wait for a place, and it answers the rest with 503 and `Retry-After`.",
    )
    drain_seconds: int = setting(
        30, accepts.integer(1, 600, "seconds"), "How long requests in flight may take to finish when web stops."
    )
    secret_key: str | None = setting(
        None,
        accepts.secret(32),
        "What stored secrets and sessions are keyed with; the same on every host, kept for ever. "
        "Without it one is generated in `ASSIDU_DATA`.",
        secret=True,
    )
    organisation: str = setting(
        "Mon organisme de formation", accepts.text("a name"), "The name of the organisation created on first start."
    )
    api_key: str | None = setting(
        None,
        accepts.credential_name(),
        "With `ASSIDU_API_SECRET`: the user name of a credential with scope `all`, created on first start.",
    )
    api_secret: str | None = setting(None, accepts.secret(8), "The password of that credential.", secret=True)
    admin_email: str = setting(
        "admin@assidu.local", accepts.mail_address(), "The login of the administrator's account created on first start."
    )
    admin_password: str | None = setting(
        None,
        accepts.secret(12),
        "Its password. Without it `assidu run` generates one and shows it once.",
        secret=True,
    )
    body_bytes: int = setting(
        32 * _MIB, accepts.integer(1024, 1024 * _MIB, "bytes"), "The largest request body taken; a larger one gets 413."
    )
    statement_bytes: int = setting(
        4 * _MIB, accepts.integer(1024, 12 * _MIB, "bytes"), "The largest single statement taken, attachments aside."
    )
    page_statements: int = setting(
        100, accepts.integer(1, 10_000, "statements"), "How many statements a page has when the request sets no limit."
    )
    page_statements_most: int = setting(
        500, accepts.integer(1, 10_000, "statements"), "How many statements a page has at most."
    )
    smtp_host: str | None = setting(
        None,
        accepts.text("a host name or an IP address"),
        "The mail server that letters to trainees are handed to. Without it nobody is written to.",
    )
    smtp_port: int = setting(587, accepts.integer(1, 65535), "Its port: usually 587 with `starttls`, 465 with `tls`.")
    smtp_security: str = setting(
        "starttls",
        accepts.choice("starttls", "tls", "none"),
        "How it is spoken to; its certificate is checked. `none` is for a server on the same machine.",
    )
    smtp_user: str | None = setting(None, accepts.text("a user name"), "Who signs in to the mail server.")
    smtp_password: str | None = setting(
        None, accepts.text("a password"), "With `ASSIDU_SMTP_USER`: the password there.", secret=True
    )
    mail_from: str | None = setting(
        None, accepts.mail_address(), "With `ASSIDU_SMTP_HOST`: the address that letters come from."
    )
    timestamp_url: str | None = setting(
        None,
        accepts.address("http", "https"),
        "The timestamp authority (RFC 3161); with a user name and password in it, they are sent as HTTP Basic. Without "
        "it `assidu run` starts a development authority, whose stamps prove nothing to others.",
        secret=True,
    )
    timestamp_trust: Path | None = setting(
        None,
        accepts.file(),
        "With `ASSIDU_TIMESTAMP_URL`: the PEM certificates that its stamps must come from, usually its root.",
    )
    timestamp_qualified: bool = setting(
        False,
        accepts.truth(),
        "Whether that authority is qualified (eIDAS, article 42): documents say so, or that it is not.",
    )
    timestamp_every: int = setting(
        600,
        accepts.integer(10, 86_400, "seconds"),
        "How often the head of an organisation's ledger is stamped at most, while it grows.",
    )
    seal_trust: Path | None = setting(
        None,
        accepts.file(),
        "The PEM certificates that an organisation's seal must come from. Without it any issuer is taken.",
    )
    authority_url: str | None = setting(
        None,
        accepts.address("http"),
        "Where the development authority answers, which `assidu authority` runs; `assidu run` sets it itself. It has "
        "the same `ASSIDU_SECRET_KEY`. Not for production.",
    )
    metrics_token: str | None = setting(
        None,
        accepts.secret(16),
        "The bearer token that `/metrics` asks for. Without it only this machine itself may read `/metrics`.",
        secret=True,
    )
    outgoing_private: bool = setting(
        False,
        accepts.truth(),
        "Whether forwarding, webhooks and imports may ask addresses of this machine and of private networks, there "
        "also by `http://`. Without it only `https://` on the internet is asked.",
    )
    embedded_cache_mib: int | None = setting(
        None,
        accepts.integer(256, 65_536, "MiB"),
        "The memory that the embedded database may use as cache. Without it, an eighth of the machine's or the "
        "container's, from 512 to 4096 MiB: too small a cache slows the taking of statements down by half.",
    )
    log_level: str = setting(
        "info", accepts.choice("debug", "info", "warning", "error"), "What is logged: this and everything graver."
    )
    log_format: str = setting(
        "json", accepts.choice("json", "console"), "`json` has one object a line; `console` is for a person's eyes."
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Build the settings, or raise BadSettings with every variable that is wrong and what it takes.

        A variable that is set but empty counts as not set: that is how compose files leave one out.
        """
        values: dict[str, Any] = {}
        wrong: list[str] = []
        known = {variable(row): row for row in fields(cls)}
        for name, given in environment.items():
            if not name.startswith(PREFIX):
                continue
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                wrong.append(f"{name} is not a setting{f'; did you mean {near[0]}?' if near else '.'}")
            elif given:
                accepted: Accepts = known[name].metadata["accepts"]
                try:
                    values[known[name].name] = accepted.parse(given)
                except ValueError:
                    shown = "its value" if known[name].metadata["secret"] else repr(given)
                    wrong.append(f"{name} takes {accepted.words}; {shown} is not that.")
        wrong += _disagreements(values)
        if wrong:
            raise BadSettings("\n".join(sorted(wrong)))
        return cls(**values)

    def to_environment(self) -> dict[str, str]:
        """Return the variables that build these settings again, for a child process."""
        return {
            variable(row): str(getattr(self, row.name))
            for row in fields(self)
            if getattr(self, row.name) is not None and getattr(self, row.name) != row.default
        }

    @property
    def limits(self) -> Limits:
        """Return how much of anything the record store takes at once."""
        return Limits(
            body_bytes=self.body_bytes,
            statement_bytes=self.statement_bytes,
            page_statements=self.page_statements,
            page_statements_most=self.page_statements_most,
        )

    @property
    def network(self) -> Network:
        """Return where requests of ours may go."""
        return Network(private=self.outgoing_private)

    @property
    def address(self) -> str:
        """Return the base address that is shown to people, without a slash at its end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self.port}"


def variable(row: Field[Any]) -> str:
    """Return the environment variable of a field of Settings."""
    return PREFIX + row.name.upper()


def default_text(row: Field[Any]) -> str:
    """Return a field's default as its variable would be written; empty for none."""
    return "" if row.default is None or row.default is MISSING else str(row.default)


def read_environment() -> Settings:
    """Build the settings from this process's environment. Raises BadSettings."""
    return Settings.from_environment(os.environ)


def read_metrics_folder() -> Path | None:
    """Return where the web processes of this host add up their numbers; prometheus_client reads it at its import."""
    folder = os.environ.get(METRICS_VARIABLE)
    return Path(folder) if folder else None


def set_metrics_folder(folder: Path) -> None:
    """Say so to this process and the ones it will start; before anything imports prometheus_client."""
    os.environ[METRICS_VARIABLE] = str(folder)


def set_variables(settings: Settings) -> None:
    """Make the settings what processes started from here will read, whatever options changed them."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    os.environ.update(settings.to_environment())


def process_environment() -> dict[str, str]:
    """Return this process's environment without our own variables, as the start of a child's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _same_host(public: str | None, content: str | None) -> bool:
    """Say whether packages would be served where people sign in."""
    if not public or not content:
        return False
    host, served = urlsplit(public).netloc.lower(), urlsplit(content).netloc.lower().removeprefix("*.")
    return host == served or host.endswith(f".{served}")


def _disagreements(values: Mapping[str, Any]) -> list[str]:
    """Return what is wrong between settings that are each fine alone."""
    wrong = []
    if ("api_key" in values) != ("api_secret" in values):
        wrong.append("ASSIDU_API_KEY and ASSIDU_API_SECRET are set together or not at all.")
    if ("smtp_host" in values) != ("mail_from" in values):
        wrong.append("ASSIDU_SMTP_HOST and ASSIDU_MAIL_FROM are set together or not at all.")
    if ("smtp_user" in values) != ("smtp_password" in values):
        wrong.append("ASSIDU_SMTP_USER and ASSIDU_SMTP_PASSWORD are set together or not at all.")
    elif "smtp_password" in values and values.get("smtp_security") == "none":
        wrong.append("ASSIDU_SMTP_PASSWORD is never sent in clear: ASSIDU_SMTP_SECURITY takes starttls or tls with it.")
    if _same_host(values.get("public_url"), values.get("content_url")):
        wrong.append("ASSIDU_CONTENT_URL is another host than ASSIDU_PUBLIC_URL: courses run there.")
    if ("timestamp_url" in values) != ("timestamp_trust" in values):
        wrong.append("ASSIDU_TIMESTAMP_URL and ASSIDU_TIMESTAMP_TRUST are set together or not at all.")
    if values.get("timestamp_qualified") and "timestamp_url" not in values:
        wrong.append("ASSIDU_TIMESTAMP_QUALIFIED is true of the authority of ASSIDU_TIMESTAMP_URL; that is not set.")
    if values.get("page_statements", 100) > values.get("page_statements_most", 500):
        wrong.append("ASSIDU_PAGE_STATEMENTS may not be more than ASSIDU_PAGE_STATEMENTS_MOST.")
    return wrong
