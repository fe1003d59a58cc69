"""What every page of every role has in common: one Dash application, its routes, its look, its guard.

`page.Page` is what a page is; `parts` is what pages are made of; `acts` is how a page does something;
`application` builds the application. Only `dashboards.mount` imports the last, at the first visit: it imports Dash.
"""
