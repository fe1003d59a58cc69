"""The lens of a request."""

from __future__ import annotations

from flask import g

from dashboards.views.lens import Lens, Sources
from lrs.http.api.operations import ApiRequest
from training.access import Viewer


def lens_of(request: ApiRequest, sources: Sources) -> Lens:
    """Return the lens of this request: the same for its edition and for its answer."""
    assert isinstance(request.viewer, Viewer)  # noqa: S101 - by the section's admission
    if "lens" not in g:
        g.lens = Lens(sources, request.viewer)
    lens: Lens = g.lens
    return lens
