"""What every race may use."""

import pytest
from django.db import connection, connections

PATIENCE = 120  # seconds


@pytest.fixture(autouse=True)
def _patience(monkeypatch, settings):
    """Let whoever races wait for a lock as long as a busy machine takes: the settings' seconds are the members' own."""
    longer = {"options": f"-c lock_timeout={PATIENCE}s"} if connection.vendor == "postgresql" else {"timeout": PATIENCE}
    for name, value in longer.items():
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], name, value)
    settings.LOCK_SECONDS = PATIENCE
