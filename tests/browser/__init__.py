"""Tests in a real Chromium, with and without JavaScript."""
