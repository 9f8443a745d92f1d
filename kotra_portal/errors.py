"""The one exception the domain raises. Nothing of HTTP stands here."""

from django.utils.translation import gettext_lazy as _


class RuleViolation(Exception):
    """A rule of the portal says no; ``str()`` is the sentence the person reads, in the active language.

    Subclasses are noun phrases (``AccountExists``) with a ``sentence`` of their own; named parameters of the sentence
    are given as keywords. ``field`` names the form field beside which the sentence stands, or None for the whole form.
    """

    sentence = _("지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.")
    field: str | None = None

    def __init__(self, *, field: str | None = None, **parameters: object) -> None:
        """Keep what the sentence needs; ``field`` overrides the class's own."""
        super().__init__(type(self).__name__)
        self.parameters = parameters
        if field is not None:
            self.field = field

    def __str__(self) -> str:
        # Filled in while it is lazy: a sentence with a plural chooses its form by the parameters.
        return str(self.sentence % self.parameters) if self.parameters else str(self.sentence)
