"""Tests of the demonstration's own pages and data."""
