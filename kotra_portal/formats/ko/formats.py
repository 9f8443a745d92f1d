"""Dates in Korean, short as on a form: 2026.11.22."""

DATE_FORMAT = "Y.m.d."
DATETIME_FORMAT = "Y.m.d. H:i"
MONTH_DAY_FORMAT = "m.d."
TIME_FORMAT = "H:i"
# What the pages show can be typed back.
DATE_INPUT_FORMATS = ("%Y-%m-%d", "%Y.%m.%d.", "%Y.%m.%d", "%Y%m%d")
