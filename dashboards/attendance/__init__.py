"""Signing attendance: what the trainer has on their screen, and the trainee on their phone. Server-rendered, no Dash.

`dashboards.attendance.application.register(app, …)` adds the pages. They decide nothing: `training.attendance` does.
"""
