"""Links that open something for whoever holds them: their tokens belong into no log and into no mail of a visitor's."""

import logging
import re

_SECRET = re.compile(
    r"(/confirm-email/|/company/dispute/|/password-reset/(?!verification/|mail/|mailed/|new/)[^/]+/).+", re.DOTALL
)
BLANK = "…"


def carries_token(path: str) -> bool:
    """§D14: the path is such a link."""
    return _SECRET.search(path) is not None


def blank_tokens(line: str) -> str:
    """§D14: the line without what follows the beginning of such a link, damaged ones among them."""
    return _SECRET.sub(rf"\1{BLANK}", line)


class TokenFilter(logging.Filter):
    """§D14: lets every record pass, without the tokens: Django logs the path of each refused request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Blank the record itself, so that whatever handles it later sees no token either."""
        line = record.getMessage()
        if carries_token(line):
            record.msg, record.args = blank_tokens(line), ()
        return True
