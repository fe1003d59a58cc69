import pytest

from assidu.app import create_app
from assidu.settings import Settings
from lrs.ingest import IngestCounts


def test_alive_says_so_without_asking_the_store(client):
    assert client.get("/healthz").json == {"status": "alive"}


def test_ready_when_every_service_answers(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json) == (200, {"status": "ready", "failing": []})


def test_not_ready_names_the_service_that_fails(settings, services):
    def fail():
        raise RuntimeError("mongodb://user:secret@host")

    client = create_app(settings, services, pings={"stamps": fail}).test_client()

    response = client.get("/readyz")

    assert (response.status_code, response.json) == (503, {"status": "not ready", "failing": ["stamps"]})
    assert "secret" not in response.text


def test_metrics_count_requests_by_route_and_statements_by_outcome(settings, services, auth, monkeypatch):
    monkeypatch.setattr(services.ingest, "counts", IngestCounts())
    client = create_app(settings, services).test_client()
    statement = {
        "id": "12345678-1234-4234-8234-123456789012",
        "actor": {"mbox": "mailto:camille@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://example.org/a"},
    }
    headers = {**auth, "X-Experience-API-Version": "2.0.0"}
    for _ in range(2):
        assert client.post("/xapi/statements", json=statement, headers=headers).status_code == 200
    client.post("/xapi/statements", json={}, headers=headers)

    page = client.get("/metrics").text

    assert 'assidu_requests_total{method="POST",route="/xapi/statements",status="200"} 2.0' in page
    assert 'assidu_requests_total{method="POST",route="/xapi/statements",status="400"} 1.0' in page
    assert 'assidu_statements_total{outcome="stored"} 1.0' in page
    assert 'assidu_statements_total{outcome="replayed"} 1.0' in page
    assert 'assidu_statements_total{outcome="refused"} 1.0' in page


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 403),
    ],
)
def test_metrics_are_for_this_machine_alone(client, address, headers, status):
    response = client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers)

    assert response.status_code == status


@pytest.mark.parametrize(("sent", "status"), [("Bearer a-token-of-16-chars", 200), ("Bearer wrong", 403), ("", 403)])
def test_with_a_token_metrics_are_for_its_bearer_from_anywhere(settings, services, sent, status):
    told = Settings.from_environment({**settings.to_environment(), "ASSIDU_METRICS_TOKEN": "a-token-of-16-chars"})
    client = create_app(told, services).test_client()

    response = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}, headers={"Authorization": sent})

    assert response.status_code == status
