"""개인관심품목 and 개인관심지역: what a member would like to trade, and where."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from kotra_portal.reference.models import BkCode, HsCode


class InterestItem(models.Model):
    """§S10: one row of 개인관심품목; every part may be empty but not all of them."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="interest_items")
    name_ko = models.CharField(_("품목명(한글)"), max_length=200, blank=True)
    name_en = models.CharField(_("품목명(영문)"), max_length=200, blank=True)
    bk_code = models.ForeignKey(BkCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    hs_code = models.ForeignKey(HsCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(name_ko="", name_en="", bk_code__isnull=True, hs_code__isnull=True),
                name="interest_item_says_something",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member}: {self.name_ko or self.name_en or self.bk_code_id or self.hs_code_id}"


class InterestCountry(models.Model):
    """§S10: one country of 개인관심지역."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="interest_countries")
    country = models.CharField(_("국가"), max_length=2)  # ISO 3166-1 alpha-2
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["member", "country"], name="one_row_per_country_of_interest"),)

    def __str__(self) -> str:
        return f"{self.member}: {self.country}"
