"""`assidu risk …`: train and judge models of dropout, explain an estimate, say how far estimates have come."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import click

from assidu.commands.connection import open_services
from assidu.wiring import FIRST_ORGANISATION
from lrs.clock import to_datetime
from lrs.errors import NotFound
from lrs.organisations import Organisation, Organisations
from training.records.ids import EnrolmentId

if TYPE_CHECKING:
    from analytics.store.risk import RiskScore, SessionFigures, Training
    from lrs.clock import Micros
    from lrs.services import Services

# Who did it, as records of training and activation have it.
_BY: Final = "assidu risk"
_TARGETS: Final = click.Choice(["at_risk", "leaves", "leaves_soon"])
_ORGANISATION: Final = click.argument("slug", metavar="ORGANISATION", default=FIRST_ORGANISATION)


@click.group("risk")
def risk() -> None:
    """Estimates of who may not complete: models, scores, explanations."""


@risk.command("train")
@_ORGANISATION
@click.option("--pooled", is_flag=True, help="Models of all organisations together that contribute, instead.")
@click.option("--dry-run", is_flag=True, help="Fit and judge; keep nothing.")
def train(slug: str, *, pooled: bool, dry_run: bool) -> None:
    """Fit models on finished sessions and keep those that later sessions say are no worse than what scores.

    Without ORGANISATION it is that of the first start. The worker does the same on schedule.
    """
    from analytics.store.risk_learning import Learning

    services = open_services()
    organisation = _organisation(services, slug)
    learning = Learning(services.store, services.clock, services.ids, services.secret_key, _say_session)
    if pooled:
        numbers = [row.number for row in Organisations(services.store, services.clock).all()]
        fitted = learning.pooled(numbers, _BY, is_dry=dry_run)
    else:
        fitted = learning.own(organisation.number, _BY, is_dry=dry_run)
    for item in fitted.trainings:
        _say_training(item)
    if dry_run:
        click.echo("Nothing was kept (--dry-run).")


@risk.command("evaluate")
@_ORGANISATION
@click.option("--target", type=_TARGETS, help="One target; all of them without this.")
@click.option("--every", is_flag=True, help="Also the sessions that the model has learnt from.")
def evaluate(slug: str, target: str | None, *, every: bool) -> None:
    """Say how the models that score now fare on finished sessions, by session and day.

    What a model has learnt from says nothing about it: those sessions are left out, and marked with --every.
    """
    from analytics.store.risk_evaluation import Evaluation

    services = open_services()
    organisation = _organisation(services, slug)
    found = Evaluation(services.store, services.clock, services.ids, services.secret_key).of(
        organisation.number, every=every
    )
    if not found:
        message = "No model scores this organisation: `assidu risk train` makes one."
        raise click.ClickException(message)
    for item in found:
        if target in (None, item.model.target):
            click.echo(f"{item.model}")
            _say_figures(item.figures, item.learnt_from)


@risk.command("explain")
@click.argument("enrolment")
@click.option("--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG")
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
              help="The estimate of that local day; the newest without this.")  # fmt: skip
@click.option("--features", is_flag=True, help="Also everything that was known.")
def explain(enrolment: str, slug: str, as_of: object, *, features: bool) -> None:
    """Say what is estimated of an enrolment, and why, as it was kept."""
    from analytics.store.risk import TARGETS, Risks

    services = open_services()
    organisation = _organisation(services, slug)
    risks, name, on = Risks(services.store, services.clock), EnrolmentId(enrolment), _day(as_of)
    found = [(target, _score_on(risks.history_of(organisation.number, name, target=target), on)) for target in TARGETS]
    if not any(score for _, score in found):
        when = "" if on is None else f" on {on}"
        message = f"Nothing was estimated of an enrolment {enrolment}{when}: `assidu risk status` says why."
        raise NotFound(message)
    for _, score in found:
        if score is not None:
            _say_score(score)
    if features:
        for feature, value in risks.features_of(organisation.number, name, on).items():
            click.echo(f"  {feature:<32} {'not known' if value is None else f'{value:.6g}'}")


@risk.command("status")
@_ORGANISATION
def status(slug: str) -> None:
    """Say how far estimates have come: models, enrolments, what has none and why, what is next."""
    from analytics.store.risk import Risks

    services = open_services()
    organisation = _organisation(services, slug)
    risks = Risks(services.store, services.clock)
    found = risks.status(organisation.number)
    click.echo(f"{organisation.slug}: estimates are {'on' if found.is_on else 'off'}")
    if found.trouble:
        click.echo(f"  held up: {found.trouble}")
    click.echo(f"  estimated last: {_when(found.scored_at)}")
    click.echo(f"  enrolments running: {found.active}, with a score: {found.scored}")
    for code, count in found.without.items():
        click.echo(f"    without, {code}: {count}")
    for card in risks.model_card(organisation.number):
        click.echo(f"  {card.model}: since {_when(card.active_since)}, SHA-256 {card.digest[:16]}…")
    if not found.models:
        click.echo("  no model scores yet")
    for drift in risks.drift(organisation.number):
        worst = ", ".join(f"{item.feature} {item.stability_index:.2f}" for item in drift.features[:3])
        error = "" if drift.error is None else f"; calibration error {drift.error:.3f} on {drift.finished} snapshots"
        click.echo(f"  drift of {drift.model} on {drift.on}: {worst or 'nothing to compare'}{error}")
    click.echo(f"  trained last: {_when(found.trained_at)}, next on {found.next_training_on or 'the next look'}")
    for item in risks.trainings(organisation.number, limit=3):
        click.echo(f"    {_when(item.at)} {item.target}: {item.verdict}: {item.why}")


@risk.command("roll-back")
@_ORGANISATION
@click.option("--target", type=_TARGETS, required=True)
@click.option("--pooled", is_flag=True, help="The model of several organisations together, instead.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stands beside the version that scores.")
def roll_back(slug: str, target: str, *, pooled: bool, reason: str) -> None:
    """Have the version score that did before the one that does now."""
    from analytics.store.risk import POOLED
    from analytics.store.risk_models import RiskModels

    services = open_services()
    organisation = _organisation(services, slug)
    models = RiskModels(services.store, services.clock, services.secret_key)
    done = models.roll_back(POOLED if pooled else organisation.number, target, _BY, reason)
    click.echo(f"{done.model} scores now.")


def _organisation(services: Services, slug: str) -> Organisation:
    return Organisations(services.store, services.clock).get_by_slug(slug)


def _day(value: object) -> date | None:
    return value.date() if hasattr(value, "date") else None


def _score_on(history: list[RiskScore], on: date | None) -> RiskScore | None:
    found = history if on is None else [score for score in history if score.on == on]
    return found[-1] if found else None


def _when(at: Micros | None) -> str:
    return "never" if at is None else f"{to_datetime(at):%Y-%m-%d %H:%M} UTC"


def _say_session(name: str, enrolments: int) -> None:
    click.echo(f"read {name}: {enrolments} enrolments", err=True)


def _say_training(item: Training) -> None:
    version = "" if item.version is None else f" as version {item.version}"
    click.echo(f"{item.target}: {item.verdict}{version}: {item.why}")
    counts = item.counts
    click.echo(f"  learnt from {counts['enrolments']} enrolments ({counts['events']} events) of {counts['sessions']} "
               f"sessions, {item.first_on or '–'} to {item.last_on or '–'}; judged on {counts['judged_enrolments']} "
               f"({counts['judged_events']}) of {counts['judged_sessions']}")  # fmt: skip
    _say_figures(item.figures, ())
    if item.before is not None and item.before.auc is not None:
        click.echo(f"  the one it was held against: AUC {item.before.auc:.3f}")


def _say_figures(figures: tuple[SessionFigures, ...], learnt_from: tuple[str, ...]) -> None:
    if not figures:
        return
    click.echo(f"  {'session':<24} {'day':>4} {'n':>6} {'base':>5}  {'AUC (95 %)':<20} {'PR':>5} {'Brier':>6} "
               f"{'const':>6} {'cal.':>5} {'P10':>5} {'R10':>5}")  # fmt: skip
    for item in figures:
        mark = "*" if item.session_id in learnt_from else " "
        day = "all" if item.day is None else str(item.day)
        interval = "–" if item.auc is None else f"{item.auc:.3f} ({_text(item.auc_low)}–{_text(item.auc_high)})"
        click.echo(f" {mark}{item.session_id or 'all together':<24} {day:>4} {item.count:>6} "
                   f"{_text(item.base_rate):>5}  "
                   f"{interval:<20} {_text(item.average_precision):>5} {_text(item.brier):>6} "
                   f"{_text(item.brier_constant):>6} {_text(item.calibration_error):>5} {_text(item.precision):>5} "
                   f"{_text(item.recall):>5}")  # fmt: skip
    if any(item.session_id in learnt_from for item in figures):
        click.echo("  * learnt from: says nothing about how good the model is")


def _text(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


def _say_score(score: RiskScore) -> None:
    within = "" if score.horizon is None else f" within {score.horizon} days"
    click.echo(
        f"{score.target}{within}, on {score.on}, as known at {_when(score.as_of)}, by {score.model or 'no model'}"
    )
    if score.probability is not None:
        click.echo(f"  probability {score.probability:.2f} ({_text(score.low)}–{_text(score.high)})")
    if score.place is not None:
        click.echo(f"  place {score.place} of {score.among} in {score.session_id}")
    if score.unshown_sentence:
        click.echo(f"  {score.unshown_sentence}")
    for reason in score.reasons:
        click.echo(f"  {reason.contribution:+.2f}  {reason.sentence}")
        if reason.remedy:
            click.echo(f"         {reason.remedy}")
