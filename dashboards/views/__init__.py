"""What pages and the API show, as data: read through one `Lens`, which adds the reader's scope to every question.

A view is a function of a Lens and says nothing about how it is shown: `dashboards.pages` draws it,
`dashboards.http` writes it as JSON.
"""

from dashboards.views.lens import Lens, Sources

__all__ = ["Lens", "Sources"]
