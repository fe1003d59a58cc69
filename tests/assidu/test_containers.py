"""No container engine runs here, so what the files say is held against what the code knows."""

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from assidu.cli import main
from assidu.settings import Settings, variable

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = {variable(row) for row in fields(Settings)}
FILLED = {
    "ASSIDU_SECRET_KEY": "a-secret-key-of-at-least-32-characters",
    "MONGO_ASSIDU_PASSWORD": "letters",
    "MONGO_ADMIN_PASSWORD": "letters",
    "MONGO_KEYFILE": "c2VjcmV0",
    "SITE": "lrs.example.org",
}


def interpolated(text, values):
    """Do what compose does: ${NAME}, ${NAME:-default}, ${NAME:?message}, $$."""

    def value(match):
        name, kind, rest = match[1], match[2], match[3] or ""
        if values.get(name):
            return values[name]
        assert kind != ":?", f"{name} must be set: {rest}"
        return rest

    return re.sub(r"(?<!\$)\$\{(\w+)(?:(:[-?])([^}]*))?\}", value, text).replace("$$", "$")


def services(values):
    return yaml.safe_load(interpolated((ROOT / "docker-compose.yml").read_text(), values))["services"]


def dockerfile():
    """Return the Dockerfile's instructions, comments dropped and continued lines joined."""
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / "Dockerfile").read_text()).replace("\\\n", " ")
    return [line.split(None, 1) for line in text.splitlines() if line.strip()]


def instructions(name):
    return [rest for word, rest in dockerfile() if word == name]


def image_environment():
    words = [word for rest in instructions("ENV") for word in shlex.split(rest)]
    return dict(word.split("=", 1) for word in words)


@pytest.mark.parametrize("name", ["web", "worker", "authority"])
def test_every_setting_of_a_container_is_a_setting_and_its_value_is_taken(name):
    environment = {**image_environment(), **services(FILLED)[name]["environment"]}
    ours = {key: value for key, value in environment.items() if key.startswith("ASSIDU_")}

    settings = Settings.from_environment(ours)

    assert set(ours) <= VARIABLES
    assert "replicaSet=assidu" in settings.mongodb_uri
    assert settings.secret_key == FILLED["ASSIDU_SECRET_KEY"]


def test_every_optional_variable_of_compose_reaches_a_setting():
    told = dict.fromkeys(
        ("ASSIDU_API_KEY", "ASSIDU_API_SECRET", "ASSIDU_ADMIN_PASSWORD", "ASSIDU_METRICS_TOKEN"), "x" * 40
    )
    told |= {"ASSIDU_ADMIN_EMAIL": "a@example.org", "ASSIDU_WEB_WORKERS": "3", "ASSIDU_LOG_LEVEL": "warning"}

    settings = Settings.from_environment(services({**FILLED, **told})["web"]["environment"])

    assert (settings.api_key, settings.web_workers, settings.log_level) == ("x" * 40, 3, "warning")
    assert settings.admin_email == "a@example.org"


@pytest.mark.parametrize("missing", sorted(FILLED))
def test_compose_refuses_to_start_without_what_it_must_know(missing):
    with pytest.raises(AssertionError, match=missing):
        services({name: value for name, value in FILLED.items() if name != missing})


def test_the_example_names_exactly_what_compose_asks_for():
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    given = set(re.findall(r"(?m)^(\w+)=", (ROOT / "docker" / "compose.env.example").read_text()))

    assert given | {"ASSIDU_WEB_WORKERS", "ASSIDU_LOG_LEVEL"} == asked


@pytest.mark.parametrize("name", ["web", "worker"])
def test_every_container_runs_a_command_that_exists(name):
    entry = json.loads(instructions("ENTRYPOINT")[-1])
    command = services(FILLED)[name]["command"]

    assert entry == ["assidu"]
    assert CliRunner().invoke(main, [*command, "--help"]).exit_code == 0
    assert CliRunner().invoke(main, [*json.loads(instructions("CMD")[-1]), "--help"]).exit_code == 0


def test_every_health_check_asks_a_route_and_port_that_exist(app):
    texts = [json.dumps(services(FILLED)["web"]["healthcheck"]), *instructions("HEALTHCHECK")]
    proxied = (ROOT / "docker" / "Caddyfile").read_text()

    asked = [found for text in texts for found in re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", text)]

    assert len(asked) == 2
    adapter = app.url_map.bind("localhost")
    for port, path in [*asked, *[(p, "/readyz") for p in re.findall(r"reverse_proxy web:(\d+)", proxied)]]:
        assert int(port) == Settings.from_environment(services(FILLED)["web"]["environment"]).port
        assert adapter.match(path)
    assert instructions("EXPOSE") == ["8080"]
    assert re.findall(r"health_uri (\S+)", proxied) == ["/readyz"]


def test_the_image_installs_what_is_pinned_and_does_not_run_as_root():
    assert any("-c constraints.txt ." in rest for rest in instructions("RUN"))
    assert instructions("USER")[-1] not in {"root", "0"}


def test_the_image_has_every_room_and_every_file_it_copies_exists():
    copied = [rest.split()[:-1] for rest in instructions("COPY") if not rest.startswith("--from")]
    names = {name for group in copied for name in group}

    assert {"schemas", "lrs", "training", "analytics", "evidence", "dashboards", "assidu"} <= names
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_database_is_three_nodes_with_a_key_and_reachable_by_nobody_outside():
    everything = services(FILLED)
    nodes = [name for name in everything if re.fullmatch(r"mongo\d", name)]
    script = (ROOT / "docker" / "replica-set.js").read_text()

    assert len(nodes) == 3
    for name in nodes:
        assert f'host: "{name}:27017"' in script
        assert f"{name}:27017" in everything["web"]["environment"]["ASSIDU_MONGODB_URI"]
        assert "--keyFile" in everything[name]["command"]
        assert "ports" not in everything[name]
        assert everything[name]["networks"] == ["store"]
    assert [name for name in everything if "ports" in everything[name]] == ["proxy"]


def test_what_waits_for_another_waits_for_one_that_exists_and_can_say_so():
    everything = services(FILLED)

    for service in everything.values():
        for other, how in service.get("depends_on", {}).items():
            assert other in everything
            assert how["condition"] != "service_healthy" or "test" in everything[other]["healthcheck"]


def test_web_is_given_longer_to_stop_than_its_requests_have_to_finish():
    web = services(FILLED)["web"]

    assert int(web["stop_grace_period"].removesuffix("s")) > int(web["environment"]["ASSIDU_DRAIN_SECONDS"])


def test_every_volume_and_network_that_is_used_is_declared():
    whole = yaml.safe_load(interpolated((ROOT / "docker-compose.yml").read_text(), FILLED))
    volumes = {
        v.split(":")[0] for s in whole["services"].values() for v in s.get("volumes", []) if not v.startswith(".")
    }
    networks = {n for s in whole["services"].values() for n in s.get("networks", [])}

    assert volumes == set(whole["volumes"])
    assert networks == set(whole["networks"])
    for service in whole["services"].values():
        for mounted in service.get("volumes", []):
            if mounted.startswith("."):
                assert (ROOT / mounted.split(":")[0]).exists()
