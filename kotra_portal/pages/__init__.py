"""Home, membership guide, FAQ, and what a visitor sets for the browser: language and display."""
