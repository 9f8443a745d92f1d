"""What is asked of companies, one module a topic of the manual."""
