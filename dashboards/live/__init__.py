"""The live feed of an organisation. Only `dashboards.mount` imports these modules, when visited: they import Dash."""
