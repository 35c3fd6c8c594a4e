"""Each setting that is wrong or missing is one clear sentence; no secret is ever in it."""

import os
from pathlib import Path

import pytest

from bot import settings
from bot.settings import LogFormat, SettingWrong

TOKEN = "123456:a-secret"
FILE = "BARAZA_TELEGRAM_TOKEN_FILE"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing be set on this machine, and no file `.env` be there."""
    for name in tuple(os.environ):
        if name.startswith(settings.PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_nothing_has_to_be_set_but_the_token() -> None:
    chosen = settings.load()

    assert chosen.database == "sqlite+aiosqlite:///data/baraza.db"
    assert (chosen.telegram_api, chosen.log_level) == ("https://api.telegram.org", "INFO")
    assert (chosen.data_dir, chosen.log_format) == (Path("data"), LogFormat.TEXT)
    assert chosen.keys == Path("data/keys")
    with pytest.raises(SettingWrong, match=r"^BARAZA_TELEGRAM_TOKEN is not set: ask @BotFather"):
        chosen.token()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        pytest.param(
            "BARAZA_TELEGRAM_TOKEN",
            "a-secret",
            "BARAZA_TELEGRAM_TOKEN cannot be used: use the token as @BotFather gave it, like"
            " 123456:ABC...",
            id="token",
        ),
        pytest.param(
            "BARAZA_DATABASE_URL",
            "mysql://me:a-secret@host/db",
            "BARAZA_DATABASE_URL cannot be used: use an address that begins with"
            " sqlite+aiosqlite:/// or postgresql+asyncpg://",
            id="database of another kind",
        ),
        pytest.param(
            "BARAZA_DATABASE_URL",
            "postgresql+asyncpg://me:a-secret@host:port/db",
            "BARAZA_DATABASE_URL cannot be used: it is not an address; a password with special"
            " characters must be written with %, like %40 for @",
            id="database address that cannot be read",
        ),
        pytest.param(
            "BARAZA_TELEGRAM_API",
            "api.telegram.org",
            "BARAZA_TELEGRAM_API cannot be used: use an address that begins with https://",
            id="api",
        ),
        pytest.param(
            "BARAZA_LOG_LEVEL",
            "loud",
            "BARAZA_LOG_LEVEL cannot be used: use DEBUG, INFO, WARNING or ERROR",
            id="log level",
        ),
        pytest.param(
            "BARAZA_LOG_FORMAT",
            "xml",
            "BARAZA_LOG_FORMAT cannot be used: Input should be 'text' or 'json'",
            id="log format",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingWrong) as raised:
        settings.load()

    assert str(raised.value) == sentence


def test_no_secret_is_in_the_trace_of_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARAZA_TELEGRAM_TOKEN", "a-secret")

    with pytest.raises(SettingWrong) as raised:
        settings.load()

    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "DATABASE_URL", "LOG_LEVEL", "DATA_DIR", "TELEGRAM_API"):
        monkeypatch.setenv(settings.PREFIX + name, "")

    chosen = settings.load()

    assert (chosen.telegram_token, chosen.database_url) == (None, None)
    assert (chosen.log_level, chosen.data_dir) == ("INFO", Path("data"))


@pytest.mark.parametrize(
    ("data", "chosen", "keys"),
    [
        (None, "/run/keys", "/run/keys"),
        ("/srv/baraza", None, "/srv/baraza/keys"),
        ("/srv/baraza", "", "/srv/baraza/keys"),
        ("/srv/baraza", "/run/keys", "/run/keys"),
    ],
)
def test_keys_lie_in_the_data_directory_unless_another_place_is_named(
    monkeypatch: pytest.MonkeyPatch, data: str | None, chosen: str | None, keys: str
) -> None:
    for name, value in (("BARAZA_DATA_DIR", data), ("BARAZA_KEY_DIR", chosen)):
        if value is not None:
            monkeypatch.setenv(name, value)

    assert settings.load().keys == Path(keys)


def test_case_and_a_slash_at_the_end_are_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARAZA_LOG_LEVEL", "debug")
    monkeypatch.setenv("BARAZA_TELEGRAM_API", "http://127.0.0.1:8081/")

    chosen = settings.load()

    assert (chosen.log_level, chosen.telegram_api) == ("DEBUG", "http://127.0.0.1:8081")


def test_blanks_around_a_setting_are_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARAZA_TELEGRAM_TOKEN", f" {TOKEN}\r\n")
    monkeypatch.setenv("BARAZA_DATABASE_URL", " \n")

    chosen = settings.load()

    assert (chosen.token(), chosen.database_url) == (TOKEN, None)


def test_a_secret_may_be_given_as_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv(FILE, str(tmp_path / "token"))

    assert settings.load().token() == TOKEN


def test_a_secret_may_be_given_as_a_file_in_dot_env(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    (tmp_path / ".env").write_text(f"{FILE}={tmp_path / 'token'}\nBARAZA_LOG_LEVEL=ERROR\n")

    chosen = settings.load()

    assert (chosen.token(), chosen.log_level) == (TOKEN, "ERROR")


def test_a_file_of_a_secret_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(FILE, str(tmp_path / "token"))

    with pytest.raises(SettingWrong) as raised:
        settings.load()

    assert (
        str(raised.value) == f"{FILE} names a file that cannot be read: No such file or directory"
    )


def test_a_file_of_a_secret_that_is_no_text_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv(FILE, str(tmp_path / "token"))

    with pytest.raises(SettingWrong, match=f"^{FILE} names a file that cannot be read: "):
        settings.load()


def test_settings_never_show_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARAZA_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("BARAZA_DATABASE_URL", "postgresql+asyncpg://me:a-secret@host/db")

    shown = repr(settings.load())

    assert "secret" not in shown
