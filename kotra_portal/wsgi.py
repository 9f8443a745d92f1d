"""WSGI entry point; refuses to serve an unsafe configuration."""

import os

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from kotra_portal.checks import find_sample_keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotra_portal.settings")

application = get_wsgi_application()

# Servers skip the checks that manage.py runs; here they stop the worker with a list of what is wrong.
if wrong := [message for message in [*run_checks(tags=["portal"]), *find_sample_keys()] if message.is_serious()]:
    raise ImproperlyConfigured("The portal does not start.\n" + "\n".join(str(message) for message in wrong))
