"""Which database a test run stands on: real PostgreSQL, or SQLite in a file, as TEST_ENGINE says.

PostgreSQL is the server that TEST_DATABASE_URL names, else one that the run starts and stops itself.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.core.signals import setting_changed

from tests import postgres

ENGINES = ("postgresql", "sqlite")


def choose() -> None:
    """Set the environment of a test run, once: xdist's workers inherit it and share the one server."""
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["MEDIA_ROOT"] = str(folder / "media")
    os.environ["STATIC_ROOT"] = str(folder / "static")
    (folder / "static").mkdir()  # whitenoise warns where there is none
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    os.environ["DEMO_MODE"] = "on"
    os.environ["DJANGO_SETTINGS_MODULE"] = "kotra_portal.settings"
    os.environ["DATABASE_URL"] = _database_url(folder)


def _database_url(folder: Path) -> str:
    wanted = os.environ.get("TEST_ENGINE", "")
    if wanted not in {"", *ENGINES}:
        raise pytest.UsageError(f"TEST_ENGINE is {wanted!r}; it may be {' or '.join(ENGINES)}.")
    if wanted != "sqlite":
        try:
            return os.environ.get("TEST_DATABASE_URL") or _own_server()
        except (OSError, LookupError, subprocess.SubprocessError) as reason:
            if wanted:
                raise pytest.UsageError(f"PostgreSQL was asked for and cannot be had: {reason}") from reason
            sys.stderr.write(f"\n*** NO POSTGRESQL ({reason}): THE TESTS RUN ON SQLITE, ROW LOCKS GO UNTESTED ***\n\n")
    return f"sqlite:///{folder / 'portal.sqlite3'}"


def _own_server() -> str:
    url, stop = postgres.start()
    atexit.register(stop)
    return url


def prepare(settings: object) -> None:
    """Put the settings on test footing; the rest stays as it is in use."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, as in use: in memory every thread would share one connection and nothing could race.
        database.setdefault("TEST", {})["NAME"] = database["NAME"]
    else:
        database["CONN_MAX_AGE"] = 0
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    # In xdist's workers, which inherit the environment, Django is set up already and remembers what it read.
    for name in ("STORAGES", "PASSWORD_HASHERS"):
        setting_changed.send(sender=None, setting=name, value=getattr(settings, name), enter=True)
