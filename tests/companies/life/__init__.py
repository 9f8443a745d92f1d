"""The stateful test of companies: a model in plain Python, and the moves that are made in it and in the portal."""
