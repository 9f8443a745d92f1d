"""Template tags of the look-ups."""
