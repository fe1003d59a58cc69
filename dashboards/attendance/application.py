"""Put the attendance pages into the application."""

from __future__ import annotations

from flask import Flask

from dashboards.attendance import course, person, sheet, trainee, trainer
from dashboards.attendance.agenda import Agenda
from dashboards.attendance.letters import Mailer
from dashboards.attendance.rendering import Renderer
from dashboards.mount import mounted
from lrs.services import Services
from training.attendance import Desk, Entrance


def register(app: Flask, services: Services, mailer: Mailer, public_url: str | None = None) -> None:
    """Add `/dashboards/attendance/` for who is signed in, and `/emargement/` for who holds a link.

    `public_url` is where links lead; None for where the page was asked for. Comes after `dashboards.mount.register`,
    whose sources and menu it shares.
    """
    renderer = Renderer()
    shared = mounted(app)
    desks = (Desk(services), Agenda(services), shared.sources)
    desk = trainer.TrainerDesk(*desks, renderer, public_url, shared.pages.menu)
    pages = trainer.blueprint(desk)
    person.add_pages(pages, desk, mailer)
    sheet.add_pages(pages, desk)
    course.add_pages(pages, desk)
    app.register_blueprint(pages)
    app.register_blueprint(trainee.blueprint(trainee.TraineeDoor(Entrance(services), mailer, renderer)))
