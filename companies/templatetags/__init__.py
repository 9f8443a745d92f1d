"""Template tags of companies."""
