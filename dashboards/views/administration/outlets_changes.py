"""Adding, changing and ending what is sent to. Each act stands in the audit trail, without an address or a secret."""

from __future__ import annotations

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.outlets import kind_of
from dashboards.views.administration.trailing import leave_deed
from dashboards.views.lens import Lens
from lrs.clock import Micros
from lrs.forwarding.outlet import ForwardSettings, Kind, Outlet, WebhookSettings
from lrs.sending.outlets import IssuedWebhook, Outlets


def add_forward(lens: Lens, settings: ForwardSettings, secret: str, since: Micros | None) -> Outlet:
    """Begin to forward statements; raises InvalidRequest with every problem, Conflict."""
    made = _outlets(lens).add_forward(lens.viewer.organisation, settings, secret or None, since)
    _leave(lens, made.id, "created")
    return made


def add_webhook(lens: Lens, settings: WebhookSettings) -> IssuedWebhook:
    """Begin to tell of what happens; raises InvalidRequest with every problem, Conflict."""
    issued = _outlets(lens).add_webhook(lens.viewer.organisation, settings)
    _leave(lens, issued.outlet.id, "created")
    return issued


def change_forward(lens: Lens, name: str, settings: ForwardSettings, secret: str) -> None:
    """Change a forward's settings; raises InvalidRequest, NotFound."""
    _outlets(lens).change_forward(lens.viewer.organisation, name, settings, secret or None)
    _leave(lens, name, "changed")


def change_webhook(lens: Lens, name: str, settings: WebhookSettings) -> None:
    """Change a webhook's settings; raises InvalidRequest, NotFound."""
    _outlets(lens).change_webhook(lens.viewer.organisation, name, settings)
    _leave(lens, name, "changed")


def rotate_secret(lens: Lens, name: str, grace_seconds: int) -> IssuedWebhook:
    """Give a webhook a new secret; raises NotFound, InvalidRequest."""
    issued = _outlets(lens).rotate(lens.viewer.organisation, name, grace_seconds)
    _leave(lens, name, "rotated")
    return issued


def set_paused(lens: Lens, name: str, *, is_paused: bool) -> None:
    """Pause or resume; raises NotFound."""
    outlets, kind = _outlets(lens), kind_of(name)
    act = outlets.pause if is_paused else outlets.resume
    act(lens.viewer.organisation, kind, name)
    _leave(lens, name, "paused" if is_paused else "resumed")


def try_outlet(lens: Lens, name: str) -> None:
    """Have the worker try it; raises NotFound."""
    _outlets(lens).test(lens.viewer.organisation, kind_of(name), name)


def replay_letters(lens: Lens, name: str, letter: str | None = None) -> int:
    """Have one dead letter sent again, or all; return how many. Raises NotFound."""
    count = _outlets(lens).replay(lens.viewer.organisation, kind_of(name), name, letter)
    _leave(lens, name, "replayed")
    return count


def remove_outlet(lens: Lens, name: str) -> None:
    """Forget one for good; raises NotFound."""
    _outlets(lens).remove(lens.viewer.organisation, kind_of(name), name)
    _leave(lens, name, "removed")


def _outlets(lens: Lens) -> Outlets:
    lens.viewer.require(ADMINISTRATORS)
    return Outlets(lens.services)


def _leave(lens: Lens, name: str, change: str) -> None:
    word = "forward" if kind_of(name) is Kind.FORWARD else "webhook"
    leave_deed(lens, f"{word}:{name}", f"{word}_{change}")
