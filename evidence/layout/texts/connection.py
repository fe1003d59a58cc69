"""Relevé de connexion et d'activité: activities and their proof first, the connection log last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from evidence.content import ActivityLine, ConnectionLine, ConnectionRecord, Proof, Times
from evidence.layout import french
from evidence.layout.texts.words import (
    NOTHING,
    Rows,
    Setting,
    Texts,
    action_facts,
    evaluations_table,
    facts,
    funding_facts,
    person,
    score,
    signature,
    trainee_facts,
)

_PROOFS: Final[Mapping[Proof, str]] = {
    Proof.COMPLETED: "Achevée",
    Proof.PASSED: "Réussie",
    Proof.COMPLETED_AND_PASSED: "Achevée et réussie",
    Proof.WAIVED: "Dispensé(e)",
}
_ID_SHOWN: Final = 8
_TITLES_SHOWN: Final = 3


def connection_texts(content: ConnectionRecord, setting: Setting) -> Texts:
    """Return the texts of the relevé de connexion et d'activité."""
    on = setting.frame.issued_at.astimezone(setting.zone).date()
    return {
        "about": person(content.trainee),
        "facts": [
            *trainee_facts(content.trainee),
            *action_facts(content.action),
            *facts(("Période du relevé", french.between(content.period.first, content.period.last))),
            *funding_facts(content.funding),
        ],
        "times": _times(content.times),
        "times_note": (
            "Ces cinq temps sont de natures différentes : ils ne s’additionnent pas. Seul le temps crédité est porté "
            "en heures réalisées."
        ),
        "activities_summary": _summary(content),
        "activities_header": ["Activité", "Estimé", "Réalisée le", "Preuve", "Connecté", "Actif", "Crédité"],
        "modules": [[title or "Hors module", rows] for title, rows in _modules(content, setting).items()],
        "assistance": {
            "header": ["Date", "Canal", "Intervenant", "Objet"],
            "rows": [
                [french.short_instant(item.at, setting.zone), item.channel, item.author, item.about or NOTHING]
                for item in content.assistance
            ],
        },
        "evaluations": evaluations_table(content.evaluations, setting),
        "connections": {
            "header": ["Jour", "De", "À", "Connecté", "Actif", "Actes", "Activités"],
            "rows": [_connection(line, setting) for line in content.connections],
        },
        "connections_note": (
            "À l’appui de ce qui précède : du premier au dernier acte du jour. Les connexions ne suffisent "
            "pas, seules, à établir la réalisation."
        ),
        "rules": _rules(content, setting),
        "signature": signature(content.signatory, content.place, on),
    }


def _summary(content: ConnectionRecord) -> str:
    if not content.activities:
        return "Aucune activité à distance n’est au programme de la période."
    done = sum(line.done_at is not None for line in content.activities)
    return (
        f"{french.count(done, 'activité réalisée', 'activités réalisées')} sur {len(content.activities)}. Le temps "
        "estimé a été annoncé au stagiaire avant l’activité ; il n’est crédité que si la réalisation est prouvée."
    )


def _times(times: Times) -> Rows:
    return [
        ["Prévu", french.length(times.planned_seconds), "heures à distance de la convention"],
        ["Estimé", french.length(times.estimated_seconds), "annoncé au stagiaire, activité par activité"],
        ["Connecté", french.length(times.connected_seconds), "mesuré, silences compris"],
        ["Actif", french.length(times.active_seconds), "mesuré, silences retirés"],
        [
            "Crédité",
            french.length(times.credited_seconds),
            "temps estimé des activités prouvées, présence en classe virtuelle",
        ],
    ]


def _modules(content: ConnectionRecord, setting: Setting) -> dict[str, list[Texts]]:
    found: dict[str, list[Texts]] = {}
    for line in content.activities:
        found.setdefault(line.module, []).append(_activity(line, setting))
    return found


def _activity(line: ActivityLine, setting: Setting) -> Texts:
    done = [NOTHING]
    if line.done_at is not None:
        local = line.done_at.astimezone(setting.zone)
        done = [french.short_day(local.date()), french.clock(local, setting.zone)]
    proof = "Non réalisée" if line.proof is None else _PROOFS[line.proof]
    result = [
        *([f"résultat {score(line.score)}"] if line.score is not None else []),
        *([french.count(line.attempts, "essai")] if line.attempts else []),
    ]
    reference = [f"réf. {line.statement_ids[0][:_ID_SHOWN]}"] if line.statement_ids else []
    return {
        "title": line.title if line.is_mandatory else f"{line.title} (facultative)",
        "estimated": french.length(line.estimated_seconds),
        "done": done,
        "proof": proof,
        "proof_detail": [*([", ".join(result)] if result else []), *reference],
        "connected": french.length(line.connected_seconds),
        "active": french.length(line.active_seconds),
        "credited": french.length(line.credited_seconds),
        "is_done": line.done_at is not None,
    }


def _connection(line: ConnectionLine, setting: Setting) -> list[str]:
    shown = ", ".join(line.activities[:_TITLES_SHOWN])
    more = len(line.activities) - _TITLES_SHOWN
    return [
        french.short_day(line.day),
        french.clock(line.first_at, setting.zone),
        french.clock(line.last_at, setting.zone),
        french.length(line.connected_seconds),
        french.length(line.active_seconds),
        str(line.statement_count),
        (f"{shown} et {french.count(more, 'autre')}" if more > 0 else shown) or NOTHING,
    ]


def _rules(content: ConnectionRecord, setting: Setting) -> str:
    rules = content.rules
    declared = (
        f" Du temps connecté, {french.length(content.declared_seconds)} ne sont connus que par les durées "
        "déclarées par la plateforme."
        if content.declared_seconds
        else ""
    )
    return (
        f"Temps comptés par les règles {rules.version} : au-delà de {french.length(rules.idle_cap_seconds)} sans acte, "
        f"le temps n’est plus actif ; après {french.length(rules.sitting_break_seconds)}, une nouvelle connexion "
        f"commence. Un même instant n’est compté qu’une fois.{declared} Heures locales ({setting.frame.time_zone})."
    )
