"""Whom the person belongs to."""
