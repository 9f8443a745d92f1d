"""How dates are written, language by language; templates ask for them by name: ``date:"DATE_FORMAT"``."""
