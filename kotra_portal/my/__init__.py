"""마이KOTRA's front page and what needs all the apps."""
