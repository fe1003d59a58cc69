"""What reads estimates and alerts, for the test of indexes."""

from __future__ import annotations

from datetime import date

from analytics.store.risk import Risks
from analytics.store.risk_alerts import Alerts
from analytics.store.risk_forms import KeptAnswer
from analytics.store.risk_scores import Look, ScoreRows
from lrs.caller import Caller
from lrs.clock import Micros
from lrs.services import Services
from training.records.ids import EnrolmentId, SessionId

_AT = Micros(1_767_600_000_000_000)


def many_estimates(services: Services, caller: Caller) -> None:
    """Keep estimates and alerts of forty enrolments in twenty sessions."""
    answer = KeptAnswer("at_risk", None, 1, 1, 0.4, 0.3, 0.5, 0.9, 1, 2, None, "")
    looks = [
        Look(EnrolmentId(f"e{at}"), SessionId(f"s{at % 20}"), date(2026, 1, 5), [1.0], [answer]) for at in range(40)
    ]
    ScoreRows(services.store).write(caller.organisation, looks, ["idle_days"], _AT)
    rows = [
        {"_id": bytes([0, 0, 0, caller.organisation, *([at] * 20)]), "o": caller.organisation, "e": look.enrolment_id,
         "s": look.session_id, "k": "at_risk", "d": 738_000, "at": _AT + at, "place": 1, "among": 2, "since": None,
         "open": True, "closed": None, "why": "", "told": True, "id": f"{at}"}
        for at, look in enumerate(looks)
    ]  # fmt: skip
    services.store.collection("risk_alerts").delete_many({"o": caller.organisation})
    services.store.collection("risk_alerts").insert_many(rows)


def _newest(services: Services, caller: Caller) -> object:
    many_estimates(services, caller)
    return Risks(services.store, services.clock).scores_in(caller.organisation, [SessionId("s7")])


def _forgotten(services: Services, caller: Caller) -> object:
    many_estimates(services, caller)
    return ScoreRows(services.store).forget_session(caller.organisation, SessionId("s7"))


def _of_sessions(services: Services, caller: Caller) -> object:
    many_estimates(services, caller)
    alerts = Alerts(services.store, services.clock, services.ids)
    return alerts.close_sessions(caller.organisation, [SessionId("s7")], _AT)


def _listed(services: Services, caller: Caller) -> object:
    many_estimates(services, caller)
    return Risks(services.store, services.clock).alerts(caller.organisation)


USES = {
    ("risk_scores", "o", "s"): _newest,
    ("risk_days", "o", "s"): _forgotten,
    ("risk_alerts", "o", "s"): _of_sessions,
    ("risk_alerts", "o", "at"): _listed,
}
