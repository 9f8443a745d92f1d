"""The staff's view of companies and of what members ask for: read-only, but for what the domain's verbs do."""

from companies.admin.case import CaseAdmin
from companies.admin.company import CompanyAdmin

__all__ = ["CaseAdmin", "CompanyAdmin"]
