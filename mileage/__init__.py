"""What the company has."""
