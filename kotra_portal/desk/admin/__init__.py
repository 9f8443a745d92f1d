"""The desk's own lists and pages: members, staff accounts, and the log of who opened whose data."""

from kotra_portal.desk.admin.access_log import AccessLogAdmin
from kotra_portal.desk.admin.members import MemberAccountAdmin
from kotra_portal.desk.admin.staff import StaffAccountAdmin

__all__ = ["AccessLogAdmin", "MemberAccountAdmin", "StaffAccountAdmin"]
