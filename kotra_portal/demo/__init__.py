"""Demonstration mode: its inbox, its people, its data. Nothing here answers outside that mode."""
