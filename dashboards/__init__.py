"""What each role sees, in French first. Reads facts, never statements.

`dashboards.mount.register(app, services)` puts the sign-in page and the pages behind it into the application.
"""
