"""What an operator can set: environment variables with the prefix BARAZA_, or a file `.env`."""

from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import BotError

PREFIX = "BARAZA_"
SECRETS = ("telegram_token", "database_url")
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
    telegram_token_file: Path | None = None
    telegram_api: str = "https://api.telegram.org"
    database_url: SecretStr | None = None
    database_url_file: Path | None = None
    data_dir: Path = Path("data")
    key_dir: Path | None = None
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
        try:
            make_url(value.get_secret_value() if value else known[0])
        except (ArgumentError, ValueError):
            message = (
                "it is not an address; a password with special characters must be written with %, "
                "like %40 for @"
            )
            raise ValueError(message) from None
        return value

    @model_validator(mode="before")
    @classmethod
    def _as_it_is_meant(cls, values: dict[str, Any]) -> dict[str, Any]:
        # What is pasted brings blanks and a new line along.
        bare = {k: v.strip() if isinstance(v, str) else v for k, v in values.items()}
        # A compose file passes unset variables on as empty ones.
        given = {name: value for name, value in bare.items() if value != ""}
        files = {name: given[f"{name}_file"] for name in SECRETS if f"{name}_file" in given}
        return given | {name: _read(name, path) for name, path in files.items()}

    @property
    def database(self) -> str:
        """Return the address of the database; without a setting, SQLite in the data directory."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / 'baraza.db'}"
        return self.database_url.get_secret_value()

    @property
    def keys(self) -> Path:
        """Return the folder of the key files; without a setting, `keys` in the data directory."""
        return self.key_dir or self.data_dir / "keys"

    @property
    def database_file(self) -> Path | None:
        """Return the file of an SQLite database; None for PostgreSQL."""
        address = make_url(self.database)
        return Path(address.database or "") if address.drivername.startswith("sqlite") else None

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
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingWrong(_in_one_sentence(error)) from None


def _read(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        message = f"{PREFIX}{name.upper()}_FILE names a file that cannot be read: {reason}"
        # `from None`: the error may hold what stands in the file.
        raise SettingWrong(message) from None


def _in_one_sentence(error: ValidationError) -> str:
    # Never the value: it may be a secret.
    first = error.errors(include_input=False, include_url=False)[0]
    name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
    return f"{name} cannot be used: {first['msg'].removeprefix('Value error, ')}"
