"""The pages of companies, one module a topic of the manual."""
