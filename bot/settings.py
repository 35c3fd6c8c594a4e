"""What an operator can set: environment variables with the prefix BARAZA_, or a file `.env`."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BotError

PREFIX = "BARAZA_"
SECRETS = ("TELEGRAM_TOKEN", "DATABASE_URL")
"""Settings that may also be given as a file: BARAZA_TELEGRAM_TOKEN_FILE and so on."""


class SettingWrong(BotError):
    """A setting is missing or cannot be used; the message names it and says what to do."""


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class Settings(BaseSettings):
    """The settings of one running program; `load()` reads them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")

    telegram_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    database_url: SecretStr | None = None
    data_dir: Path = Path("data")
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    log_level: str = "INFO"
    log_format: LogFormat = LogFormat.TEXT

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            message = "use DEBUG, INFO, WARNING or ERROR"
            raise ValueError(message)
        return value.upper()

    @field_validator("telegram_api")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            message = "use an address that begins with https://"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("telegram_token")
    @classmethod
    def _a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and ":" not in value.get_secret_value():
            message = "use the token as @BotFather gave it, like 123456:ABC..."
            raise ValueError(message)
        return value

    @field_validator("database_url")
    @classmethod
    def _a_database(cls, value: SecretStr | None) -> SecretStr | None:
        known = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")
        if value is not None and not value.get_secret_value().startswith(known):
            message = f"use an address that begins with {known[0]} or {known[1]}"
            raise ValueError(message)
        return value

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: dict[str, Any]) -> dict[str, Any]:
        # A compose file passes unset variables on as empty ones.
        return {name: value for name, value in values.items() if value != ""}

    @property
    def database(self) -> str:
        """Return the address of the database; without a setting, SQLite in the data directory."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / 'baraza.db'}"
        return self.database_url.get_secret_value()

    def token(self) -> str:
        """Return the bot's token.

        Raises:
            SettingWrong: it is not set.
        """
        if self.telegram_token is None:
            message = (
                "BARAZA_TELEGRAM_TOKEN is not set: ask @BotFather in Telegram for a bot, and set "
                "it to the token you get (or BARAZA_TELEGRAM_TOKEN_FILE to a file that holds it)"
            )
            raise SettingWrong(message)
        return self.telegram_token.get_secret_value()


def load(**overrides: Any) -> Settings:
    """Read the settings; `overrides` win over the environment.

    Raises:
        SettingWrong: one of them cannot be used.
    """
    try:
        return Settings(**(_secrets_from_files() | overrides))
    except ValidationError as error:
        raise SettingWrong(_in_one_sentence(error)) from None


def _secrets_from_files() -> dict[str, str]:
    found = {}
    for name in SECRETS:
        variable = f"{PREFIX}{name}_FILE"
        if path := os.environ.get(variable):
            try:
                found[name.lower()] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                message = f"{variable} names a file that cannot be read: {error.strerror}"
                raise SettingWrong(message) from error
    return found


def _in_one_sentence(error: ValidationError) -> str:
    # Never the value: it may be a secret.
    first = error.errors(include_input=False, include_url=False)[0]
    name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
    return f"{name} cannot be used: {first['msg'].removeprefix('Value error, ')}"
