"""A worker that a test can kill: it carries on the stories of ``tests.races.story`` from wherever the last one fell.

The process forks for each worker, so that none pays for Django's start: a line on its input starts one, ``pid`` tells
which, a line follows after each act that was committed, and ``over`` when the worker is.
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings

from tests import databases

ROOT = Path(__file__).resolve().parent.parent
NAME = "TEST_WORKER_DATABASE"  # the name of the test's database, as JSON
LONGEST_LIFE = 120  # seconds, should nobody kill it


def start(database: object) -> subprocess.Popen:
    """Start the process, which carries on what there is and then answers ``ready``."""
    # Not the environment's folder: xdist's workers have read their settings before the environment is set.
    told = {NAME: json.dumps(str(database)), "MEDIA_ROOT": str(settings.MEDIA_ROOT), "LOG_LEVEL": "CRITICAL"}
    command = [sys.executable, "-m", "tests.killable_worker"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | told, **pipes)  # noqa: S603 (our own arguments)


def main() -> None:
    """Be the process."""
    settings.DATABASES["default"]["NAME"] = json.loads(os.environ[NAME])
    databases.prepare(settings)
    django.setup()
    carry_on()  # what is loaded by the way need not be loaded again by each worker
    import_module("django.db").connections.close_all()
    say("ready")
    for line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            work(**json.loads(line))
            os._exit(0)
        os.waitpid(worker, 0)
        say("over")


def work(*, stays: bool = True, dies_in: str = "", has_transactions: bool = True) -> None:
    """Be a worker, which waits to be killed when nothing is left to do, unless it need not stay.

    ``dies_in``: the function of the domain ("membership.move") right after which it dies by itself.
    """
    signal.alarm(LONGEST_LIFE)
    say(f"pid {os.getpid()}")
    if dies_in:
        die_in(*dies_in.split("."))
    if not has_transactions:
        take_transactions_away()
    carry_on()
    if stays:
        signal.pause()


def carry_on() -> None:
    """Do what there is to do; each act is told once it is committed."""
    for act in import_module("tests.races.story").acts():
        say(act)


def say(line: str) -> None:
    """Tell the test, past every buffer."""
    os.write(1, f"{line}\n".encode())


def die_in(module: str, function: str) -> None:
    """Let the process be killed once this function has done its part."""
    owner = import_module(f"companies.domain.{module}")
    act = getattr(owner, function)

    def act_and_die(*args: object, **kwargs: object) -> None:
        act(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, function, act_and_die)


def take_transactions_away() -> None:
    """Let each statement be committed by itself."""
    import_module("django.db.transaction").atomic = lambda *_args, **_kwargs: nullcontext()
    import_module("django.db.models").QuerySet.select_for_update = lambda rows, **_kwargs: rows


if __name__ == "__main__":
    main()
