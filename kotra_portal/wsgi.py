"""WSGI entry point; refuses to serve an unsafe configuration."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotra_portal.settings")

application = get_wsgi_application()
# Servers skip the checks that manage.py runs; here they stop the worker with a list of what is missing.
call_command("check", "--tag", "portal")
