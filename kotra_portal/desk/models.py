"""What the desk remembers of itself."""

from django.conf import settings
from django.db import models

from kotra_portal.append_only import AppendOnlyModel


class Digest(AppendOnlyModel):
    """§D3: a day's mail to one of the staff about what waits; one a day, however often the command runs."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()  # Korean
    queued_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["recipient", "day"], name="one_digest_a_day"),)

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.day}"
