"""The moves of staff: looking after cases of every kind, deciding them, and marking a business (§D3, §D4, §D7, §D8)."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from companies.domain import business, dispute, profile, review, succession
from companies.models import BusinessStatus, CaseState, Company, Outcome
from kotra_portal.errors import RuleViolation
from tests.companies.life.mastership import Asking
from tests.companies.life.model import Asked, Change, Dispute, Edit, Registration
from tests.companies.life.registering import ANY, MISSED, OFTEN, PERSON, REASON, REVIEWER, SELDOM, pick
from tests.companies.registry import TYPED

DAYS = st.sampled_from([0, 7])  # that pass before a request for a change is decided


def with_case(kind: type[Asked]) -> Callable:
    """Only where there is a case of this kind."""
    return precondition(lambda self: any(isinstance(asked, kind) for asked in self.model.cases))


class Deciding(Asking):
    """Each button of a case's page, pressed by a reviewer who may have seen an old one."""

    def chosen(self, kind: type[Asked], back: int, *, astray: bool) -> Asked | None:
        """One of the kind's cases, an open one unless somebody goes astray."""
        found = [asked for asked in self.model.cases if isinstance(asked, kind)][::-1]
        return pick([asked for asked in found if asked.is_open and not astray] or found, back)

    def prepared(self, kind: type[Asked], back: int, *, astray: bool, with_paper: bool) -> Asked:
        """The same, mostly with the papers that it needs."""
        asked = self.chosen(kind, back, astray=astray)
        if with_paper:
            self.fax_for(asked)
        return asked

    def press(
        self,
        verb: Callable,
        asked: Asked,
        page: tuple[int, int],
        further: type[RuleViolation] | None = None,
        *args: object,
        **kwargs: object,
    ) -> object:
        """§D3: press a button of a page (by whom, how many versions old); return what was done, or None."""
        reviewer, missed = page
        refusal = self.model.decide_refusal(reviewer, asked, missed) or further
        pressing = {"actor": self.reviewers[reviewer], "seen": asked.version - missed}
        return self.act(refusal, verb, self.case(asked), *args, **pressing, **kwargs)

    def no_paper(self, asked: Asked) -> type[RuleViolation] | None:
        """§T4: nobody can have checked it."""
        return None if asked.has_paper else review.DocumentMissing

    @with_case(Asked)
    @rule(back=ANY, by=REVIEWER, to=st.none() | REVIEWER, astray=SELDOM)
    def assign(self, back: int, by: int, to: int | None, astray: bool) -> None:
        """§D3: to nobody whose own it is."""
        asked = self.chosen(Asked, back, astray=astray)
        refusal = self.model.review_refusal(by, asked)
        if not refusal and to is not None:
            refusal = self.model.review_refusal(to, asked)
        assignee = None if to is None else self.reviewers[to]
        if self.act(refusal, review.assign, self.case(asked), actor=self.reviewers[by], assignee=assignee):
            asked.assignee = to

    @with_case(Asked)
    @rule(back=ANY, by=REVIEWER, missed=MISSED, astray=SELDOM)
    def send_back(self, back: int, by: int, missed: int, astray: bool) -> None:
        """§D3: to whoever asked; a dispute has no applicant."""
        asked = self.chosen(Asked, back, astray=astray)
        refusal = self.model.review_refusal(by, asked) or (review.ChangedMeanwhile if missed else None)
        if asked.state == CaseState.CORRECTION or asked.applicant is None:
            refusal = refusal or review.NotWaiting
        pressing = {"actor": self.reviewers[by], "seen": asked.version - missed, "reason": REASON}
        if self.act(refusal, review.request_correction, self.case(asked), **pressing):
            asked.turn(CaseState.CORRECTION, REASON)

    @with_case(Registration)
    @rule(back=ANY, by=REVIEWER, missed=MISSED, astray=SELDOM, with_paper=OFTEN)
    def approve_registration(self, back: int, by: int, missed: int, astray: bool, with_paper: bool) -> None:
        """§T4, §D4."""
        asked = self.prepared(Registration, back, astray=astray, with_paper=with_paper)
        done = self.press(review.approve_registration, asked, (by, missed), self.no_paper(asked))
        if done:
            facts = {"name": asked.name, "representative": TYPED["representative"]}
            self.open_workplace(asked.applicant, done, asked.number, is_automatic=False, **facts)

    @with_case(Registration)
    @rule(back=ANY, by=REVIEWER, missed=MISSED, astray=SELDOM)
    def reject_registration(self, back: int, by: int, missed: int, astray: bool) -> None:
        """§D3."""
        asked = self.chosen(Registration, back, astray=astray)
        if self.press(review.reject_registration, asked, (by, missed), reason=REASON):
            asked.end(CaseState.REJECTED, REASON)

    @with_case(Change)
    @rule(back=ANY, by=REVIEWER, missed=MISSED, astray=SELDOM, with_paper=OFTEN, days=DAYS)
    def approve_change(self, back: int, by: int, missed: int, astray: bool, with_paper: bool, days: int) -> None:
        """§D7."""
        asked = self.prepared(Change, back, astray=astray, with_paper=with_paper)
        self.time_goes_by(days * 24 * 60)
        further = self.model.too_early(asked) or self.no_paper(asked)
        further = further or self.model.relate_refusal(asked.applicant, asked.place)
        if self.press(succession.approve_master_change, asked, (by, missed), further, reason=REASON):
            asked.end(CaseState.APPROVED, REASON)
            self.model.relate_again(asked.applicant, asked.place)
            self.model.change_master(asked.place, asked.applicant, "MASTER_CHANGED", leaves=asked.leaves)

    @with_case(Change)
    @rule(back=ANY, by=REVIEWER, missed=MISSED, astray=SELDOM)
    def reject_change(self, back: int, by: int, missed: int, astray: bool) -> None:
        """§D7."""
        asked = self.chosen(Change, back, astray=astray)
        further = self.model.too_early(asked)
        if self.press(succession.reject_master_change, asked, (by, missed), further, reason=REASON):
            asked.end(CaseState.REJECTED, REASON)

    @with_case(Edit)
    @rule(back=ANY, by=REVIEWER, missed=MISSED, astray=SELDOM, with_paper=OFTEN)
    def approve_edit(self, back: int, by: int, missed: int, astray: bool, with_paper: bool) -> None:
        """§C6."""
        asked = self.prepared(Edit, back, astray=astray, with_paper=with_paper)
        if self.press(profile.approve_company_edit, asked, (by, missed), self.no_paper(asked)):
            asked.end(CaseState.APPROVED)
            asked.place.name, asked.place.representative = asked.name, asked.representative
            asked.place.history.append("EDITED")

    @with_case(Edit)
    @rule(back=ANY, by=REVIEWER, missed=MISSED, astray=SELDOM)
    def reject_edit(self, back: int, by: int, missed: int, astray: bool) -> None:
        """§C6."""
        asked = self.chosen(Edit, back, astray=astray)
        if self.press(profile.reject_company_edit, asked, (by, missed), reason=REASON):
            asked.end(CaseState.REJECTED, REASON)

    @with_case(Dispute)
    @rule(back=ANY, by=REVIEWER, missed=MISSED, astray=SELDOM)
    def keep_registration(self, back: int, by: int, missed: int, astray: bool) -> None:
        """§D8, 유지."""
        asked = self.chosen(Dispute, back, astray=astray)
        if self.press(dispute.keep_registration, asked, (by, missed), reason=REASON):
            asked.end(CaseState.REJECTED, REASON)
            asked.outcome = Outcome.KEPT
            asked.place.history.append("DISPUTE_DECIDED")

    @with_case(Dispute)
    @rule(back=ANY, by=REVIEWER, whom=PERSON, leaves=st.booleans(), astray=SELDOM, with_paper=OFTEN)
    def change_master(self, back: int, by: int, whom: int, leaves: bool, astray: bool, with_paper: bool) -> None:
        """§D8, MASTER 변경: to one of the company, or whom somebody took out of it."""
        asked, missed = self.prepared(Dispute, back, astray=astray, with_paper=with_paper), 0
        roles = asked.place.roles
        others = [person for person in roles if roles[person] != "MASTER"] + sorted(asked.place.taken_out)
        new = whom if astray else pick(others or [whom], whom)
        further = self.no_paper(asked) or self.model.choice_refusal(new, asked.place)
        choosing = {"master_leaves": leaves, "reason": REASON}
        if self.press(dispute.change_master, asked, (by, missed), further, self.people[new], **choosing):
            asked.end(CaseState.APPROVED, REASON)
            asked.outcome = Outcome.MASTER_CHANGED
            self.model.relate_again(new, asked.place)
            asked.place.history.append("DISPUTE_DECIDED")
            self.model.change_master(asked.place, new, "MASTER_CHANGED", leaves=leaves)

    @with_case(Dispute)
    @rule(back=ANY, by=REVIEWER, missed=MISSED, astray=SELDOM, with_paper=OFTEN)
    def cancel_registration(self, back: int, by: int, missed: int, astray: bool, with_paper: bool) -> None:
        """§D8, 등록 취소."""
        asked = self.prepared(Dispute, back, astray=astray, with_paper=with_paper)
        if self.press(dispute.cancel_registration, asked, (by, missed), self.no_paper(asked), reason=REASON):
            asked.end(CaseState.APPROVED, REASON)
            asked.outcome = Outcome.CANCELLED
            asked.place.history.append("DISPUTE_DECIDED")
            self.model.cancel(asked.place)

    @precondition(lambda self: self.model.places)
    @rule(back=ANY, status=st.sampled_from(BusinessStatus), stale=st.sampled_from([None, *BusinessStatus]))
    def mark_business(self, back: int, status: BusinessStatus, stale: BusinessStatus | None) -> None:
        """§D8."""
        place = pick(self.model.places[::-1], back // 4)
        seen = stale or place.status
        refusal = business.MarkedAlready if place.is_closed or place.status == status else None
        if place.status != seen and not place.is_closed:
            refusal = business.MarkChanged if "MARKED" in place.history else business.MarkUnseen
        company = Company.objects.get(pk=place.pk)
        marking = {"seen": seen, "actor": self.reviewers[0], "reason": REASON}
        if self.act(refusal, business.mark_business, company, status, **marking):
            place.status = status
            place.history.append("MARKED")
