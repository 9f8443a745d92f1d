"""Real use is configured by the environment alone and refuses to start insecurely, saying what to set."""

import os
import secrets
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kotra_portal.settings import REQUIRED_IN_REAL_USE

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "docs" / "sample.env"
CHECK = ("manage.py", "check")
SERVE = ("-c", "import kotra_portal.wsgi")

pytestmark = pytest.mark.once


def sample(tmp_path: Path) -> dict[str, str]:
    lines = [line for line in SAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    values = dict(line.split("=", 1) for line in lines)
    for name in ("static", "media"):
        (tmp_path / name).mkdir()
    places = {"MEDIA_ROOT": str(tmp_path / "media"), "STATIC_ROOT": str(tmp_path / "static")}
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}"}
    return {name: " ".join(shlex.split(value)) for name, value in values.items()} | places | database


def real(tmp_path: Path) -> dict[str, str]:
    """The sample's settings with keys of one's own, as for real use."""
    return sample(tmp_path) | {"SECRET_KEY": secrets.token_urlsafe(50), "CI_KEY": secrets.token_urlsafe(50)}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run Python in an environment that holds nothing of the tests' own."""
    kept = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "error", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(  # noqa: S603 (our own arguments)
        [sys.executable, *arguments], cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False
    )


def test_with_nothing_set_the_check_fails_and_names_every_missing_variable():
    result = run(*CHECK)

    assert result.returncode != 0
    for name in REQUIRED_IN_REAL_USE:
        assert f"variable {name} is not set" in result.stderr
    assert "Traceback" not in result.stderr


def test_with_nothing_set_the_server_does_not_start(tmp_path):
    result = run(*SERVE, STATIC_ROOT=str(tmp_path))

    assert result.returncode != 0
    for name in REQUIRED_IN_REAL_USE:
        assert f"variable {name} is not set" in result.stderr


def test_the_sample_settings_pass_the_deployment_check_without_a_warning(tmp_path):
    result = run(*CHECK, "--deploy", "--fail-level", "WARNING", **sample(tmp_path))

    assert (result.returncode, result.stderr) == (0, "")
    assert "no issues (0 silenced)" in result.stdout


def test_with_the_sample_settings_and_keys_of_ones_own_the_server_starts(tmp_path):
    result = run(*SERVE, **real(tmp_path))

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("name", ["SECRET_KEY", "CI_KEY"])
def test_the_samples_public_keys_serve_nobody(name, tmp_path):
    environment = real(tmp_path)
    (tmp_path / "again").mkdir()
    environment[name] = sample(tmp_path / "again")[name]

    checked, served = run(*CHECK, "--deploy", "--fail-level", "WARNING", **environment), run(*SERVE, **environment)

    assert (checked.returncode, checked.stderr) == (0, "")
    assert served.returncode != 0
    assert f"{name} is the public sample of docs/sample.env." in served.stderr
    assert "Put a random one there" in served.stderr
    assert environment[name] not in served.stderr


def test_the_sample_names_every_required_variable(tmp_path):
    assert set(REQUIRED_IN_REAL_USE) <= set(sample(tmp_path))


@pytest.mark.parametrize("name", REQUIRED_IN_REAL_USE)
def test_each_required_variable_is_missed_by_itself(name, tmp_path):
    environment = sample(tmp_path)
    del environment[name]

    result = run(*CHECK, **environment)

    assert result.returncode != 0
    assert f"variable {name} is not set" in result.stderr
    assert result.stderr.count("(portal.E") == 1


@pytest.mark.parametrize("name", ["IDENTITY_PROVIDERS", "POSTCODE_PROVIDER", "COMPANY_REGISTRY"])
def test_a_provider_that_nobody_wrote_is_named(name, tmp_path):
    result = run(*CHECK, **sample(tmp_path) | {name: "mystery"})

    assert result.returncode != 0
    assert f"{name} names the provider 'mystery'" in result.stderr


UNSAFE = {
    "portal.E002": {"IDENTITY_PROVIDERS": "stub"},
    "portal.E003": {"DEBUG": "on"},
    "portal.E004": {"ALLOWED_HOSTS": "*"},
    "portal.E005": {"PORTAL_URL": "http://member.example.kr"},
    "portal.E006": {"SECRET_KEY": "short"},
    "portal.E007": {"SECRET_KEY": "x1Y" * 20, "CI_KEY": "x1Y" * 20},
    "portal.E008": {"POSTCODE_PROVIDER": "stub"},
    "portal.E013": {"COMPANY_REGISTRY": "stub"},
}


@pytest.mark.parametrize(("check", "values"), UNSAFE.items())
def test_what_serves_only_demonstration_is_refused_in_real_use(check, values, tmp_path):
    environment = real(tmp_path) | values

    checked, served = run(*CHECK, **environment), run(*SERVE, **environment)

    assert checked.returncode != 0
    assert check in checked.stderr
    assert served.returncode != 0
    assert check in served.stderr


@pytest.mark.parametrize("hosts", ["member.example.kr", "localhost,member.example.kr", "*", "192.0.2.1"])
def test_demonstration_answers_to_this_machine_only(hosts, tmp_path):
    result = run(*CHECK, DEMO_MODE="on", ALLOWED_HOSTS=hosts)

    assert result.returncode != 0
    assert "portal.E009" in result.stderr


GARBLED = {
    "TRUSTED_PROXIES": ["abc", "-1", "1.5"],
    "DATABASE_URL": ["portal", "mysql://portal@db.example.kr/portal", "postgres://portal@db.example.kr:port/portal"],
    "EMAIL_URL": ["mail.example.kr", "smtp://portal@mail.example.kr:port"],
    "PASSWORD_MIN_LENGTH": ["five", "5"],
    "MEMBER_IDLE_MINUTES": ["0"],
    "LOG_LEVEL": ["loud"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GARBLED.items() for value in values])
def test_a_value_that_cannot_be_read_is_named_and_not_replaced_silently(name, value, tmp_path):
    result = run(*CHECK, **sample(tmp_path) | {name: value})

    assert result.returncode != 0
    assert f"variable {name} has a value that cannot be read" in result.stderr
    assert "Traceback" not in result.stderr


def test_demonstration_starts_with_nothing_else_set(tmp_path):
    result = run(*SERVE, DEMO_MODE="on", STATIC_ROOT=str(tmp_path))

    assert (result.returncode, result.stderr) == (0, "")
