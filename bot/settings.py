"""Settings from the environment and from ``.env``; half a configuration refuses to start."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigurationError

ROOT = Path(__file__).resolve().parent.parent
_TOKEN = re.compile(r"^\d{5,}:[\w-]{30,}$")
_SECRET_CHARACTERS = 32
_WEBHOOK_SECRET = re.compile(r"^[A-Za-z0-9_-]{16,256}$")

_PHONE_NUMBER_ID = re.compile(r"^[0-9]{5,32}$")
_WHATSAPP_SECRET = re.compile(r"^[\x21-\x7e]{16,1024}$")
_WHATSAPP = (
    "WHATSAPP_PHONE_NUMBER_ID",
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
)


class Settings(BaseSettings):
    """What an operator can set; ``.env.example`` explains each."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    database_url: str = Field(f"sqlite:///{ROOT / 'var' / 'waai.db'}", alias="DATABASE_URL")
    host: str = Field("127.0.0.1", alias="WAAI_HOST")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8080, alias="WAAI_PORT")
    content: Path = Field(ROOT / "content", alias="WAAI_CONTENT")
    var: Path = Field(ROOT / "var", alias="WAAI_VAR")
    secret: SecretStr | None = Field(None, alias="WAAI_SECRET")
    retention_days: Annotated[int, Field(ge=1, le=365)] = Field(30, alias="WAAI_RETENTION_DAYS")
    observation_days: Annotated[int, Field(ge=30, le=3660)] = Field(
        730, alias="WAAI_OBSERVATION_DAYS"
    )
    evidence_years: Annotated[int, Field(ge=1, le=50)] = Field(10, alias="WAAI_EVIDENCE_YEARS")
    audit_years: Annotated[int, Field(ge=1, le=50)] = Field(2, alias="WAAI_AUDIT_YEARS")
    telegram_token: SecretStr | None = Field(None, alias="TELEGRAM_BOT_TOKEN")
    telegram_webhook_url: str | None = Field(None, alias="TELEGRAM_WEBHOOK_URL")
    telegram_webhook_secret: SecretStr | None = Field(None, alias="TELEGRAM_WEBHOOK_SECRET")
    telegram_api_url: str | None = Field(None, alias="TELEGRAM_API_URL")
    telegram_bot_name: str | None = Field(
        None, alias="TELEGRAM_BOT_NAME", pattern=r"^[A-Za-z][A-Za-z0-9_]{4,31}$"
    )
    whatsapp_number: str | None = Field(
        None, alias="WHATSAPP_NUMBER", pattern=r"^[1-9][0-9]{7,14}$"
    )
    public_url: str | None = Field(None, alias="WAAI_PUBLIC_URL", pattern=r"^https?://[^\s?#]+$")
    xapi_home: str | None = Field(None, alias="WAAI_XAPI_HOME", pattern=r"^https?://[^\s?#]+$")
    whatsapp_phone_number_id: str | None = Field(None, alias="WHATSAPP_PHONE_NUMBER_ID")
    whatsapp_access_token: SecretStr | None = Field(None, alias="WHATSAPP_ACCESS_TOKEN")
    whatsapp_app_secret: SecretStr | None = Field(None, alias="WHATSAPP_APP_SECRET")
    whatsapp_verify_token: SecretStr | None = Field(None, alias="WHATSAPP_VERIFY_TOKEN")
    whatsapp_api_url: str | None = Field(None, alias="WHATSAPP_API_URL")
    whatsapp_people_a_day: Annotated[int, Field(ge=1)] | None = Field(
        250, alias="WHATSAPP_PEOPLE_A_DAY"
    )
    whatsapp_template_price: Annotated[Decimal, Field(ge=0)] | None = Field(
        None, alias="WHATSAPP_TEMPLATE_PRICE"
    )
    circular_approval: bool = Field(False, alias="WAAI_CIRCULAR_APPROVAL")  # noqa: FBT003 - pydantic's default

    @field_validator("secret")
    @classmethod
    def _secret_is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SECRET_CHARACTERS:
            raise ValueError(f"needs {_SECRET_CHARACTERS} characters or more")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token_looks_right(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.match(value.get_secret_value()):
            raise ValueError("is not a bot token (digits, a colon, 35 characters); see @BotFather")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret_is_strong(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _WEBHOOK_SECRET.match(value.get_secret_value()):
            raise ValueError("needs 16 to 256 characters out of A-Z a-z 0-9 _ -")
        return value

    @field_validator("whatsapp_phone_number_id")
    @classmethod
    def _id_looks_right(cls, value: str | None) -> str | None:
        if value is not None and not _PHONE_NUMBER_ID.match(value):
            raise ValueError("is not the id of a phone number (digits alone, no +)")
        return value

    @field_validator("whatsapp_access_token", "whatsapp_app_secret", "whatsapp_verify_token")
    @classmethod
    def _secret_is_whole(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _WHATSAPP_SECRET.match(value.get_secret_value()):
            raise ValueError("needs 16 characters or more, without spaces")
        return value

    @model_validator(mode="after")
    def _whatsapp_is_whole(self) -> Self:
        given = {name: getattr(self, name.lower()) for name in _WHATSAPP}
        missing = [name for name, value in given.items() if value is None]
        if 0 < len(missing) < len(_WHATSAPP):
            raise ValueError(f"WhatsApp is set up in part: set {', '.join(missing)} too")
        url = self.whatsapp_api_url
        if url is not None and not url.startswith(("https://", "http://")):
            raise ValueError("WHATSAPP_API_URL must begin with https:// or http://")
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.telegram_webhook_url and not self.telegram_webhook_secret:
            raise ValueError("TELEGRAM_WEBHOOK_URL is set: set TELEGRAM_WEBHOOK_SECRET too")
        if self.telegram_webhook_secret and not self.telegram_webhook_url:
            raise ValueError("TELEGRAM_WEBHOOK_SECRET is set: set TELEGRAM_WEBHOOK_URL too")
        if self.telegram_webhook_url and not self.telegram_token:
            raise ValueError("TELEGRAM_WEBHOOK_URL is set: set TELEGRAM_BOT_TOKEN too")
        if self.telegram_webhook_url and not self.telegram_webhook_url.startswith("https://"):
            raise ValueError("TELEGRAM_WEBHOOK_URL must begin with https://")
        return self


def load_settings() -> Settings:
    """Read the settings; ``WAAI_ENV_FILE`` names another file than ``.env``.

    Raises:
        ConfigurationError: Naming each setting that is wrong, without its value.
    """
    try:
        other_file = os.environ.get("WAAI_ENV_FILE")
        return Settings(_env_file=other_file) if other_file else Settings()
    except ValidationError as error:
        problems = [
            f"{' '.join(str(part) for part in problem['loc']) or 'settings'}: "
            f"{problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        ]
        raise ConfigurationError("Cannot start. " + "; ".join(problems) + ".") from None


def answers_key(settings: Settings) -> bytes:
    """Give the key that keeps the database from telling whose an answer is.

    Without ``WAAI_SECRET`` it lies in ``answers.key``, made where it is missing.

    Raises:
        ConfigurationError: The file cannot be made or read, or is not whole.
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    path = settings.var / "answers.key"
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be made or read ({error.strerror}). "
            "Make it readable, or set WAAI_SECRET."
        ) from error
    if len(key) < _SECRET_CHARACTERS:
        raise ConfigurationError(f"{path} is not whole: restore it, delete it, or set WAAI_SECRET.")
    return key


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent) as draft:  # its mode is 0600
        draft.write(secrets.token_hex(_SECRET_CHARACTERS).encode())
        draft.flush()
        os.fsync(draft.fileno())
        # The name is given to a whole file, and once: of two processes the first one's stays.
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, path)
