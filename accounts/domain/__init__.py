"""The rules of people, one module a topic of the manual."""
