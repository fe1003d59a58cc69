"""A page with one of every part, and acts that do, are refused and fail: for tests alone."""

from __future__ import annotations

from typing import Any, Final

from dash import Input, Output, State, html

from analytics.rates import Figure
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from lrs.errors import Conflict, NotFound
from training.access import EVERYBODY, Role

COLUMNS: Final = (
    parts.Column("session", "Session", "link"),
    parts.Column("state", "État", "badge"),
    parts.Column("starts_on", "Début", "day"),
    parts.Column("seen_at", "Vue le", "instant"),
    parts.Column("done", "Réalisé", "hours"),
    parts.Column("rate", "Taux", "percent"),
    parts.Column("count", "Stagiaires", "number"),
    parts.Column("note", "Remarque"),
)
ROWS: Final = (
    {
        "id": "a", "session": "[Été indien](/dashboards/gallery/ete)", "state": "good:à jour",
        "seen_at": "2026-01-05T08:05:00Z",
        "starts_on": "2026-01-05", "done": 12_600, "rate": 66, "count": 1_234, "note": "=2+5+cmd|' /C calc'!A0",
    },
    {
        "id": "b", "session": "[Automne](/dashboards/gallery/automne)", "state": "warning:à contresigner",
        "starts_on": "2026-02-01", "seen_at": "2026-07-05T08:05:00Z", "done": 0, "rate": None, "count": 7, "note": "",
    },
    {
        "id": "c", "session": "[<b>Hiver</b>](javascript:alert(1))", "state": "alarm:3 signatures manquent",
        "starts_on": "2025-11-30", "seen_at": "2025-11-30T23:30:00Z", "done": 900, "rate": 100, "count": 0,
        "note": "@SUM(A1)",
    },
)  # fmt: skip
HOURS: Final = Figure("realisation_rate", "1", 37_800, 50_400, "second", 1_767_600_000_000_000, "2026.1", 1.0)
NOTHING_DUE: Final = Figure("completion_rate", "1", 0, 0, "activity", 1_767_600_000_000_000, "2026.1")


def draw(visit: Visit) -> list[Any]:
    words = visit.words
    return [
        parts.crumbs(words, ("Galerie", "gallery"), ("Une partie", "gallery/une")),
        parts.heading("Galerie", "Chaque partie une fois, pour être regardée.", parts.as_of(words, HOURS.as_of)),
        parts.notice("À faire aujourd’hui", "Trois signatures manquent.", tone="warning"),
        parts.figures(
            parts.figure(words, "Réalisation", HOURS, href="/dashboards/gallery/ete"),
            parts.figure(words, "Complétion", NOTHING_DUE, note="aucune activité obligatoire"),
            parts.figure(words, "Stagiaires", "1 234", note="dans 12 sessions"),
        ),
        parts.two(_table(visit), _chart(visit)),
        parts.card("Où l’on en est", [parts.meter(words, "Heures", 10, 14, expected=8), _facts(visit)]),
        parts.card("Un formulaire", _form(visit), caption="Rien n’en est gardé."),
        parts.nothing(
            "Rien à signer", "La prochaine demi-journée est lundi.", parts.button_link("Agenda", "gallery/agenda")
        ),
        html.Div(id="done"),
    ]


def _table(visit: Visit) -> html.Section:
    return parts.card("Sessions", parts.table(visit.words, "sessions", COLUMNS, ROWS, label="Sessions de l’année"))


def _chart(visit: Visit) -> html.Section:
    picture = {"data": [{"type": "bar", "x": ["Léa", "Inès"], "y": [3, 4], "marker": {"color": parts.SERIES[0]}}]}
    return parts.card("Activité", parts.chart(visit.words, "activity", picture, caption="Léa 3, Inès 4."))


def _facts(visit: Visit) -> html.Dl:
    how = parts.inline_figure(visit.words, "Réalisation", HOURS)
    return parts.facts(("État", parts.badge("en cours", "good")), ("Réalisation", how))


def _form(visit: Visit) -> html.Div:
    words = visit.words
    return forms.form(
        words,
        forms.text("name", "Nom", required=True, hint="Comme sur la convention."),
        forms.side_by_side(
            forms.date("day", "Jour", value="2026-01-05"),
            forms.number("hours", "Durée", words=words, value=3.5, unit="h", decimals=2),
        ),
        forms.select("mode", "Modalité", [("a", "À distance"), ("b", "En présentiel")], words=words, value="a"),
        forms.several("who", "Qui", [("lea", "Léa"), ("ines", "Inès")], words=words, value=["lea"]),
        forms.radios("way", "Moyen", [("mail", "E-mail"), ("none", "Aucun")], value="mail"),
        forms.switch("on", "Alarme", checked=True),
        forms.checkbox("agree", "J’ai lu la note"),
        forms.text("why", "Motif", lines=3),
        forms.buttons(
            forms.button("save", "Enregistrer"),
            forms.button("ask", "Supprimer…", emphasis="danger"),
            forms.button("refuse", "Être refusé", emphasis="second"),
            forms.button("fail", "Échouer", emphasis="second"),
            forms.button("leave", "Partir", emphasis="second"),
        ),
        forms.dialogue(
            words, "sure", "Supprimer ?", "Cela ne se défait pas.", confirm="delete", confirm_label="Supprimer"
        ),
        title="Un formulaire",
        has_required=True,
    )


def acts(acts: Acts) -> None:
    @acts.on(
        EVERYBODY,
        [Output("name", "error"), Output("done", "children")],
        Input("save", "n_clicks"),
        State("name", "value"),
    )
    def save(visit: Visit, _: int, name: str) -> Any:
        if not name.strip():
            return "Indiquez un nom.", ""
        answers.say("C’est enregistré")
        return "", f"{name} {visit.place.get('what', '')}"

    @acts.on(EVERYBODY, Output("sure", "opened"), Input("ask", "n_clicks"), Input("delete", "n_clicks"))
    def ask(_: Visit, asked: int, deleted: int) -> bool:
        return bool(asked) and not deleted

    @acts.on(EVERYBODY, Output("done", "children", allow_duplicate=True), Input("refuse", "n_clicks"))
    def refuse(_: Visit, __: int) -> Any:
        raise Conflict("somebody was quicker")

    @acts.on(EVERYBODY, Output("done", "children", allow_duplicate=True), Input("fail", "n_clicks"))
    def fail(_: Visit, __: int) -> Any:
        raise ZeroDivisionError

    @acts.on(
        frozenset((Role.ADMINISTRATOR,)), Output("done", "children", allow_duplicate=True), Input("leave", "n_clicks")
    )
    def leave(_: Visit, __: int) -> Any:
        answers.go_to("gallery/ete?tri=nom")
        return "parti"


def draw_one(visit: Visit) -> list[Any]:
    what = visit.place["what"]
    if what == "absent":
        raise NotFound("There is none.")
    if what == "casse":
        raise ZeroDivisionError
    if what == "tableaux":
        return [parts.heading("Deux tableaux"), _many(visit, "many", 130), _many(visit, "few", 3)]
    asked = {name: text for name, text in visit.place.items() if name != "what"}
    return [parts.heading(f"Partie {what}", str(asked)), parts.link("Galerie", "gallery")]


def _many(visit: Visit, name: str, count: int) -> html.Section:
    columns = (parts.Column("who", "Stagiaire", "link"), parts.Column("hours", "Heures", "hours"))
    rows = [
        {"id": str(at), "who": f"[Stagiaire {at}](/dashboards/gallery/{at})", "hours": at * 60} for at in range(count)
    ]
    return parts.card(name, parts.table(visit.words, name, columns, rows, label=name), caption="Un tableau de plus.")


PAGES: Final = (
    Page("tests.gallery", "gallery", EVERYBODY, ("Galerie", "Gallery"), draw, ("Galerie", "Gallery"), "star", acts),
    Page("tests.one", "gallery/<what>", EVERYBODY, ("Une partie", "One part"), draw_one),
    Page("tests.manager", "only/managers", frozenset((Role.MANAGER,)), ("Réservée", "Reserved"), draw_one),
)
