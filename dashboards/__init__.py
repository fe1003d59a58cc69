"""What each role sees, in French first. Reads facts, never statements.

`dashboards.mount.register(app, services, sources)` puts the pages behind the sign-in page into the application.
"""
