from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.records.database import Database
from bot.settings import ROOT, Settings, answers_key, load_settings

TOKEN = "123456789:" + "A" * 35
SECRET = "s" * 32
URL = "https://waai.example/hook"
WHATSAPP = {
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "WHATSAPP_ACCESS_TOKEN": "EAAJB" + "x" * 60,
    "WHATSAPP_APP_SECRET": "0123456789abcdef" * 2,
    "WHATSAPP_VERIFY_TOKEN": "v" * 32,
}
ENV_FILE = Settings.model_config.get("env_file")
NAMES = [field.alias for field in Settings.model_fields.values()]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        assert name is not None
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("WAAI_ENV_FILE", raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def load(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.database_url.startswith("sqlite:///")
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.content == ROOT / "content"
    assert settings.retention_days == 30
    assert (settings.evidence_years, settings.audit_years) == (10, 2)
    assert settings.telegram_token is None


def test_a_file_of_settings_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "mine.env"
    file.write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\nWAAI_PORT=8123\n", "utf-8")
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    assert load_settings().port == 8123
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    settings = load(monkeypatch, {"WAAI_ENV_FILE": str(file)})
    assert settings.telegram_token is not None


def test_the_file_of_settings_lies_beside_its_example() -> None:
    assert ENV_FILE == ROOT / ".env"
    assert (ROOT / ".env.example").exists()


def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, {"TELEGRAM_BOT_TOKEN": "", "WAAI_PORT": ""})
    assert (settings.telegram_token, settings.port) == (None, 8080)


@pytest.mark.parametrize("url", [None, URL])
def test_telegram_polls_or_has_a_webhook(monkeypatch: pytest.MonkeyPatch, url: str | None) -> None:
    hook = {"TELEGRAM_WEBHOOK_URL": url, "TELEGRAM_WEBHOOK_SECRET": SECRET} if url else {}
    settings = load(monkeypatch, {"TELEGRAM_BOT_TOKEN": TOKEN, **hook})
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.telegram_webhook_url == url


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:8081/v23.0"])
def test_whatsapp_is_set_up(monkeypatch: pytest.MonkeyPatch, url: str | None) -> None:
    settings = load(monkeypatch, WHATSAPP | ({"WHATSAPP_API_URL": url} if url else {}))
    assert settings.whatsapp_phone_number_id == WHATSAPP["WHATSAPP_PHONE_NUMBER_ID"]
    assert settings.whatsapp_app_secret is not None
    assert settings.whatsapp_app_secret.get_secret_value() == WHATSAPP["WHATSAPP_APP_SECRET"]
    assert settings.whatsapp_api_url == url
    for name in ("WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"):
        assert WHATSAPP[name] not in repr(settings)


@pytest.mark.parametrize("missing", WHATSAPP)
@pytest.mark.parametrize("empty", [True, False], ids=["empty", "absent"])
def test_half_a_whatsapp_refuses(
    monkeypatch: pytest.MonkeyPatch, missing: str, *, empty: bool
) -> None:
    given = {name: value for name, value in WHATSAPP.items() if name != missing}
    with pytest.raises(ConfigurationError, match=f"set {missing} too"):
        load(monkeypatch, given | ({missing: ""} if empty else {}))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        pytest.param(
            {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_URL": URL},
            "set TELEGRAM_WEBHOOK_SECRET too",
            id="webhook without secret",
        ),
        pytest.param(
            {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": SECRET},
            "set TELEGRAM_WEBHOOK_URL too",
            id="secret without webhook",
        ),
        pytest.param(
            {"TELEGRAM_WEBHOOK_URL": URL, "TELEGRAM_WEBHOOK_SECRET": SECRET},
            "set TELEGRAM_BOT_TOKEN too",
            id="webhook without token",
        ),
        pytest.param(
            {
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "TELEGRAM_WEBHOOK_URL": "http://waai.example",
                "TELEGRAM_WEBHOOK_SECRET": SECRET,
            },
            "must begin with https://",
            id="webhook without TLS",
        ),
        pytest.param(
            {"TELEGRAM_BOT_TOKEN": "12345:hunter2"},
            "TELEGRAM_BOT_TOKEN: is not a bot token",
            id="no token",
        ),
        pytest.param(
            {"WAAI_SECRET": "hunter2"}, "WAAI_SECRET: needs 32 characters", id="short secret"
        ),
        pytest.param(
            {"TELEGRAM_WEBHOOK_SECRET": "hunter2"},
            "TELEGRAM_WEBHOOK_SECRET: needs 16 to 256 characters",
            id="weak secret",
        ),
        pytest.param(
            {"TELEGRAM_WEBHOOK_SECRET": "hunter2 hunter2 hunter2"},
            "TELEGRAM_WEBHOOK_SECRET: needs 16 to 256 characters",
            id="secret that Telegram refuses",
        ),
        pytest.param(
            WHATSAPP | {"WHATSAPP_PHONE_NUMBER_ID": "+971hunter2"},
            "WHATSAPP_PHONE_NUMBER_ID: is not the id of a phone number",
            id="a number for its id",
        ),
        pytest.param(
            WHATSAPP | {"WHATSAPP_APP_SECRET": "hunter2"},
            "WHATSAPP_APP_SECRET: needs 16 characters or more",
            id="short app secret",
        ),
        pytest.param(
            WHATSAPP | {"WHATSAPP_VERIFY_TOKEN": "hunter2 hunter2 hunter2"},
            "WHATSAPP_VERIFY_TOKEN: needs 16 characters or more, without spaces",
            id="token with spaces",
        ),
        pytest.param(
            WHATSAPP | {"WHATSAPP_API_URL": "graph.facebook.com"},
            "WHATSAPP_API_URL must begin with https://",
            id="an address without its scheme",
        ),
        pytest.param({"WAAI_PORT": "hunter2"}, "WAAI_PORT: ", id="no number"),
        pytest.param({"WAAI_PORT": "65536"}, "WAAI_PORT: ", id="no port"),
        pytest.param({"WAAI_RETENTION_DAYS": "0"}, "WAAI_RETENTION_DAYS: ", id="no retention"),
        pytest.param({"WAAI_AUDIT_YEARS": "0"}, "WAAI_AUDIT_YEARS: ", id="no audit"),
        pytest.param({"WAAI_EVIDENCE_YEARS": "51"}, "WAAI_EVIDENCE_YEARS: ", id="for ever"),
        pytest.param(
            {"WAAI_PORT": "x", "WAAI_RETENTION_DAYS": "999"},
            "WAAI_RETENTION_DAYS: ",
            id="two at once",
        ),
    ],
)
def test_half_a_configuration_refuses_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(monkeypatch, values)
    assert says in str(caught.value)
    for secret in (TOKEN, SECRET, WHATSAPP["WHATSAPP_ACCESS_TOKEN"], "hunter2"):
        assert secret not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "url", ["mysql://u:hunter2@h/d", "hunter2", "postgresql://u:hunter2@h", "sqlite://"]
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Database(url)
    assert "hunter2" not in str(caught.value)


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert TOKEN not in repr(load(monkeypatch, {"TELEGRAM_BOT_TOKEN": TOKEN}))


def test_the_key_of_answers_is_the_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load(monkeypatch, {"WAAI_SECRET": SECRET, "WAAI_VAR": str(tmp_path / "var")})
    assert answers_key(settings) == SECRET.encode()
    assert SECRET not in repr(settings)
    assert list(tmp_path.iterdir()) == []


def test_a_key_of_answers_is_made_once_and_read_by_its_owner_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = load(monkeypatch, {"WAAI_VAR": str(tmp_path / "deep" / "var")})
    key = answers_key(settings)
    assert len(key) >= 32
    assert answers_key(settings) == key
    (file,) = settings.var.iterdir()
    assert file.name == "answers.key"
    assert file.stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    code = "from bot.settings import *; print(answers_key(load_settings()).decode())"
    environment = {**os.environ, "WAAI_VAR": str(tmp_path), "WAAI_ENV_FILE": str(tmp_path / "no")}
    command = [sys.executable, "-c", code]
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        for _ in range(8)
    ]
    keys = {process.communicate()[0] for process in started}
    assert len(keys) == 1
    assert (tmp_path / "answers.key").read_bytes() == keys.pop().strip()


@pytest.mark.parametrize(
    "spoil",
    [lambda file: file.write_text("half"), lambda file: file.mkdir()],
    ids=["half", "a folder"],
)
def test_a_key_file_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(tmp_path / "answers.key")
    with pytest.raises(ConfigurationError, match=r"answers\.key .* WAAI_SECRET"):
        answers_key(load(monkeypatch, {"WAAI_VAR": str(tmp_path)}))
