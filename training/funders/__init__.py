"""What families of funders are known to ask for, to begin from: data with sources, which an organisation may adopt."""

from training.funders.suggested import suggested_profiles

__all__ = ["suggested_profiles"]
