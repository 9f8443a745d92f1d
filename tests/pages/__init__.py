"""Tests of the portal's public pages, of its frame and of its form pack."""
