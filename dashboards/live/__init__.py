"""The live feed of an organisation. These modules import Dash, so only `dashboards.mount` imports them, when visited."""
