"""``manage.py send_mails`` as a process that a test can kill: on the test's database, and with short pauses."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
NAME = "TEST_SENDER_DATABASE"  # the name of the test's database, as JSON


def start(database: object, port: int) -> subprocess.Popen:
    """Start the process; it sends to this port of this machine."""
    told = {NAME: json.dumps(str(database)), "EMAIL_URL": f"smtp://127.0.0.1:{port}", "LOG_LEVEL": "CRITICAL"}
    command = [sys.executable, "-m", "tests.mail_sender"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | told, stdout=subprocess.DEVNULL)  # noqa: S603


def main() -> None:
    """Be the process."""
    settings.DATABASES["default"]["NAME"] = json.loads(os.environ[NAME])
    django.setup()
    sender = import_module("kotra_portal.sender")
    sender.PAUSES = (timedelta(milliseconds=20),) * len(sender.PAUSES)
    command = import_module("kotra_portal.management.commands.send_mails")
    command.PAUSE, command.LONGEST_PAUSE = 0.02, 0.2
    call_command("send_mails")


if __name__ == "__main__":
    main()
