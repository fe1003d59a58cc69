from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assidu import accepts
from assidu.commands.settings import env_example, markdown_table
from assidu.settings import BadSettings, Settings, default_text, variable
from lrs.credential import KEY

ROOT = Path(__file__).resolve().parents[2]


def test_an_empty_environment_gives_the_defaults():
    settings = Settings.from_environment({})

    assert (settings.host, settings.port, settings.data) == ("127.0.0.1", 8080, Path("var"))
    assert settings.mongodb_uri is None


def test_every_bad_variable_is_named_with_what_it_takes():
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment(
            {"ASSIDU_PORT": "eighty", "ASSIDU_LOG_LEVEL": "loud", "ASSIDU_PROT": "80", "ASSIDU_API_KEY": "k"}
        )

    assert refused.value.message.splitlines() == [
        "ASSIDU_API_KEY and ASSIDU_API_SECRET are set together or not at all.",
        "ASSIDU_LOG_LEVEL takes one of debug, info, warning, error; 'loud' is not that.",
        "ASSIDU_PORT takes a whole number from 1 to 65535; 'eighty' is not that.",
        "ASSIDU_PROT is not a setting; did you mean ASSIDU_PORT?",
    ]


def test_a_bad_secret_is_refused_without_being_shown():
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment({"ASSIDU_SECRET_KEY": "hunter2"})

    assert "hunter2" not in refused.value.message


def test_an_empty_variable_counts_as_not_set():
    assert Settings.from_environment({"ASSIDU_PORT": "", "ASSIDU_API_KEY": ""}) == Settings.from_environment({})


def test_no_secret_is_in_the_repr():
    addresses = {
        "ASSIDU_MONGODB_URI": "mongodb://user:hidden-value-of-a-secret@h/",
        "ASSIDU_TIMESTAMP_URL": "https://user:hidden-value-of-a-secret@h/",
    }
    given_secrets = {
        variable(row): addresses.get(variable(row), "hidden-value-of-a-secret-32-long")
        for row in fields(Settings)
        if row.metadata["secret"]
    }
    beside = {"ASSIDU_API_KEY": "key", "ASSIDU_SMTP_USER": "user", "ASSIDU_TIMESTAMP_TRUST": __file__}

    settings = Settings.from_environment({**given_secrets, **beside})

    assert len(given_secrets) >= 4
    assert "hidden" not in repr(settings)


def test_settings_come_back_from_the_environment_they_write():
    settings = Settings.from_environment(
        {
            "ASSIDU_MONGODB_URI": "mongodb://h/",
            "ASSIDU_DATA": "/srv/a",
            "ASSIDU_PORT": "99",
            "ASSIDU_PUBLIC_URL": "https://lrs.example.org",
            "ASSIDU_LOG_FORMAT": "console",
            "ASSIDU_TIMESTAMP_URL": "https://tsa.example.org/",
            "ASSIDU_TIMESTAMP_TRUST": __file__,
            "ASSIDU_TIMESTAMP_QUALIFIED": "Yes",
        }
    )

    assert settings.timestamp_qualified is True
    assert Settings.from_environment(settings.to_environment()) == settings


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"ASSIDU_TIMESTAMP_URL": "https://tsa.example.org/"}, "ASSIDU_TIMESTAMP_TRUST are set together"),
        ({"ASSIDU_TIMESTAMP_QUALIFIED": "true"}, "that is not set"),
        ({"ASSIDU_TIMESTAMP_QUALIFIED": "perhaps"}, "takes true or false"),
        ({"ASSIDU_SEAL_TRUST": "/no/such/file.pem"}, "takes the path of a file"),
        ({"ASSIDU_SEAL_TRUST": "a" * 5000}, "takes the path of a file"),
        (
            {"ASSIDU_TIMESTAMP_URL": "ldap://tsa/", "ASSIDU_TIMESTAMP_TRUST": __file__},
            "starts with http:// or https://",
        ),
    ],
)
def test_what_is_said_of_authorities_is_taken_whole_or_refused_in_words(environment, words):
    with pytest.raises(BadSettings, match=words):
        Settings.from_environment(environment)


def test_a_folder_of_somebody_who_has_no_home_here_is_refused_in_words():
    with pytest.raises(BadSettings, match="ASSIDU_DATA takes a folder"):
        Settings.from_environment({"ASSIDU_DATA": "~nobody-of-this-name/data"})


@given(st.dictionaries(st.sampled_from([variable(row) for row in fields(Settings)]), st.text(max_size=60)))
@example({"ASSIDU_DATA": "~nobody-of-this-name"})
def test_whatever_the_environment_says_it_is_taken_or_refused_in_words(environment):
    try:
        settings = Settings.from_environment(environment)
    except BadSettings:
        return
    assert Settings.from_environment(settings.to_environment()) == settings


@given(st.text(max_size=140))
def test_a_seeded_key_is_what_a_credential_takes(text):
    parse = accepts.credential_name().parse
    try:
        parse(text)
        taken = True
    except ValueError:
        taken = False

    assert taken == bool(KEY.match(text))


def test_every_default_is_accepted_by_its_own_setting():
    for row in fields(Settings):
        if default_text(row):
            assert row.metadata["accepts"].parse(default_text(row)) == row.default, row.name


def test_the_example_environment_is_the_generated_one():
    assert (ROOT / ".env.example").read_text() == env_example()


def test_the_configuration_page_has_the_generated_table():
    assert markdown_table() in (ROOT / "docs" / "configuration.md").read_text()
