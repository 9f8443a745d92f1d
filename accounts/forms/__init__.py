"""The forms of people, one module a topic."""
