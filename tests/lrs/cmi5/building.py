"""A small course of cmi5, built as tools of authors build them: pages, and a script that speaks for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.lrs.cmi5.ground import zipped

# A unit in plain words: it fetches its token, reads its launch data, says what was done, goes back.
SCRIPT = """
const given = new URLSearchParams(location.search);
const ADL = "http://adlnet.gov/expapi/verbs/", CMI5 = "https://w3id.org/xapi/cmi5/context/";
const unit = {
  async ask(method, path, parameters, body, more = {}) {
    const answer = await fetch(given.get("endpoint") + path + "?" + new URLSearchParams(parameters), {
      method, body: body === undefined ? undefined : JSON.stringify(body),
      headers: {"Authorization": "Basic " + this.token, "X-Experience-API-Version": "1.0.3",
                "Content-Type": "application/json", ...more},
    });
    return answer;
  },
  state(method, id, body, more) {
    return this.ask(method, "activities/state", {activityId: given.get("activityId"), agent: given.get("actor"),
      registration: given.get("registration"), stateId: id}, body, more);
  },
  async begin() {
    this.started = Date.now();
    this.token = (await (await fetch(given.get("fetch"), {method: "POST"})).json())["auth-token"];
    this.data = await (await this.state("GET", "LMS.LaunchData")).json();
    await this.ask("GET", "agents/profile", {agent: given.get("actor"), profileId: "cmi5LearnerPreferences"});
    await this.say("initialized");
    const kept = await this.state("GET", "page");
    this.etag = kept.headers.get("ETag");
    document.getElementById("here").textContent = kept.ok ? await kept.json() : "";
    document.body.dataset.ready = this.data.launchMode;
  },
  async say(verb, result) {
    const context = structuredClone(this.data.contextTemplate);
    context.registration = given.get("registration");
    context.contextActivities.category = [{id: CMI5 + "categories/cmi5"}];
    if (result && ("success" in result || "completion" in result))
      context.contextActivities.category.push({id: CMI5 + "categories/moveon"});
    if (result && result.score && "masteryScore" in this.data)
      context.extensions[CMI5 + "extensions/masteryscore"] = this.data.masteryScore;
    const statement = {id: crypto.randomUUID ? crypto.randomUUID() : unit.uuid(), actor: JSON.parse(given.get("actor")),
      verb: {id: ADL + verb}, object: {id: given.get("activityId")}, context, timestamp: new Date().toISOString()};
    if (result) statement.result = result;
    const answer = await this.ask("POST", "statements", {}, [statement]);
    return answer.ok ? "" : JSON.stringify(await answer.json());
  },
  uuid() {
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (letter) =>
      (+letter ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> +letter / 4).toString(16));
  },
  get duration() { return {duration: "PT" + Math.max(1, Math.round((Date.now() - this.started) / 1000)) + "S"}; },
  keep(text) {
    return this.state("PUT", "page", text, this.etag ? {"If-Match": this.etag} : {"If-None-Match": "*"});
  },
  complete() { return this.say("completed", {completion: true, ...this.duration}); },
  pass(scaled) { return this.say("passed", {success: true, score: {scaled}, ...this.duration}); },
  async leave() {
    const said = await this.say("terminated", this.duration);
    location.href = this.data.returnURL;
    return said;
  },
};
addEventListener("DOMContentLoaded", () => unit.begin());
"""


@dataclass(frozen=True)
class Unit:
    """One assignable unit; `url` where it is not a file of the package."""

    name: str
    title: str
    move_on: str = "Completed"
    score: str = ""
    url: str = ""


@dataclass(frozen=True)
class Package:
    """A course to be packed: its units in one block, and what else is in the archive."""

    name: str = "secourisme"
    title: str = "Secourisme"
    units: Sequence[Unit] = (
        Unit("proteger", "Protéger", "CompletedAndPassed", "0.8"),
        Unit("alerter", "Alerter"),
    )
    extra: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def iri(self) -> str:
        """The publisher's id."""
        return f"https://editeur.example/{self.name}"

    def structure(self) -> bytes:
        """The course structure as its tool writes it."""
        units = "".join(
            f'<au id="{self.iri}/{unit.name}" moveOn="{unit.move_on}"'
            + (f' masteryScore="{unit.score}"' if unit.score else "")
            + f">{_texts(unit.title)}<url>{unit.url or f'unites/{unit.name}%20ici.html?page=1'}</url></au>"
            for unit in self.units
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">'
            f'<course id="{self.iri}">{_texts(self.title)}</course>'
            f'<block id="{self.iri}/gestes">{_texts("Les gestes")}{units}</block></courseStructure>'
        ).encode()

    def packed(self) -> bytes:
        """The course as a zip."""
        hosted = (unit for unit in self.units if not unit.url)
        pages = {f"unites/{unit.name} ici.html": page(unit.title) for unit in hosted}
        return zipped({"cmi5.xml": self.structure(), "commun/unit.js": SCRIPT.encode(), **pages, **self.extra})


def page(title: str, script: str = "../commun/unit.js") -> bytes:
    """The page of a unit."""
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title><script src="{script}">'
        f'</script></head><body><h1>{title}</h1><p id="here"></p></body></html>'
    ).encode()


def _texts(text: str) -> str:
    said = f'<langstring lang="fr">{text}</langstring>'
    return f"<title>{said}</title><description>{said}</description>"
