"""The moves of a company's members: approving, ending, leaving, handing over, asking staff, editing (§D5–§D8)."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from companies.domain import (
    approval,
    cases,
    dispute,
    ending,
    membership,
    offers,
    profile,
    succession,
    transfer,
)
from companies.models import Bar, CaseKind, Channel, Company, MasterAnswer, OfferState, TransferOffer
from kotra_portal.errors import RuleViolation
from tests import make
from tests.companies.life.model import Change, Dispute, Edit, Offer, Workplace
from tests.companies.life.registering import ANY, PERSON, SELDOM, Registering, pick
from tests.companies.registry import TYPED

CLAIM = dispute.Claim("최주인", "대표이사", "02-3460-7114", "owner@daehan.example", "우리가 등록하지 않았습니다.")
PHONES = st.sampled_from(["023460711", "023460712"])
with_company = precondition(lambda self: self.model.live)
with_offer = precondition(lambda self: self.model.offers)
with_change = precondition(lambda self: any(isinstance(asked, Change) for asked in self.model.cases))


class Members(Registering):
    """§D5, §D6: what MASTER and members do without staff."""

    def actor(self, place: Workplace, person: int, *, astray: bool) -> int:
        """Mostly the MASTER, sometimes just anybody."""
        return person if astray else place.master

    def insider(self, person: int, whom: int, *, astray: bool) -> int:
        """Mostly somebody who is in a company, sometimes just anybody."""
        inside = [person for place in self.model.live for person in place.roles]
        return person if astray or not inside else pick(inside, whom)

    def not_master(self, place: Workplace, actor: int) -> type[RuleViolation] | None:
        """§C6: the refusal of whoever is not the MASTER of this company."""
        return None if place.roles.get(actor) == "MASTER" else membership.NotAllowed

    @with_company
    @rule(which=ANY, whom=ANY, by=PERSON, astray=SELDOM)
    def approve(self, which: int, whom: int, by: int, astray: bool) -> None:
        """§C5."""
        place = pick(self.model.live, which)
        person = pick(place.who_are("ASSOCIATE") or list(place.roles), whom)
        actor = self.actor(place, by, astray=astray)
        refusal = None if place.roles[person] == "ASSOCIATE" else approval.NotWaiting
        refusal = self.not_master(place, actor) or refusal
        if self.act(refusal, approval.approve_associate, self.relationship(person), actor=self.people[actor]):
            place.roles[person] = "FULL"
            place.history.append("APPROVED")

    @with_company
    @rule(which=ANY, whom=ANY, by=PERSON, astray=SELDOM, bar=st.booleans())
    def end(self, which: int, whom: int, by: int, astray: bool, bar: bool) -> None:
        """§D5, §D1."""
        place = pick(self.model.live, which)
        others = (not astray and place.who_are("FULL", "ASSOCIATE")) or list(place.roles)
        person, actor = pick(others, whom), self.actor(place, by, astray=astray)
        refusal = self.not_master(place, actor) or (approval.NotYourOwn if actor == person else None)
        ending_it = {"actor": self.people[actor], "reason": "퇴사", "bar": bar}
        if self.act(refusal, approval.end_relationship, self.relationship(person), **ending_it):
            self.model.leave(person, place, "ENDED")
            place.barred |= {person} if bar else set()
            place.history += ["BARRED"] if bar else []

    @precondition(lambda self: any(place.barred for place in self.model.live))
    @rule(which=ANY, whom=ANY, by=PERSON, astray=SELDOM)
    def lift_bar(self, which: int, whom: int, by: int, astray: bool) -> None:
        """§D1."""
        place = pick([place for place in self.model.live if place.barred], which)
        person, actor = pick(sorted(place.barred), whom), self.actor(place, by, astray=astray)
        bar = Bar.objects.get(company=place.pk, member=self.people[person])
        if self.act(self.not_master(place, actor), approval.lift_bar, bar, actor=self.people[actor]):
            place.barred.remove(person)
            place.history.append("BAR_LIFTED")

    @rule(person=PERSON)
    def leave(self, person: int) -> None:
        """§D5, §D2."""
        place = self.model.place(person)
        refusal = None if place else ending.RelationshipEnded
        if place and place.roles[person] == "MASTER" and len(place.roles) > 1:
            refusal = ending.MasterIsNeeded
        if self.act(refusal, ending.leave_company, self.people[person]):
            self.model.leave(person, place, "LEFT")
            if not place.roles:
                self.model.close(place)

    @rule(anybody=PERSON, whom=ANY, astray=SELDOM)
    def remind(self, anybody: int, whom: int, astray: bool) -> None:
        """§D5."""
        person = self.insider(anybody, whom, astray=astray)
        place, today = self.model.place(person), self.model.now.date()
        refusal = None if self.model.role(person) == "ASSOCIATE" else approval.NotWaiting
        if not refusal and place.reminded.get(person) == today:
            refusal = approval.RemindedToday
        if self.act(refusal, approval.remind_master, self.people[person]):
            place.reminded[person] = today
            place.history.append("REMINDED")

    @with_company
    @rule(which=ANY, whom=ANY, by=PERSON, astray=SELDOM)
    def offer(self, which: int, whom: int, by: int, astray: bool) -> None:
        """§D6."""
        place = pick(self.model.live, which)
        actor = self.actor(place, by, astray=astray)
        nominee = pick((not astray and place.who_are("FULL")) or list(place.roles), whom)
        old = self.model.open_offer(place)
        refusal = self.not_master(place, actor)
        if not refusal and self.model.is_disputed(place):
            refusal = dispute.CompanyIsDisputed
        elif not refusal and place.roles[nominee] != "FULL":
            refusal = transfer.NotAFullMember
        elif not refusal and old and old.expires_at > self.model.now:
            refusal = transfer.OfferIsOpen
        elif not refusal and self.model.offered_lately(place) >= transfer.OFFERS_A_DAY:
            refusal = transfer.TooManyOffers
        offering = {"actor": self.people[actor], "password": make.PASSWORD}
        if offer := self.act(refusal, transfer.offer_transfer, self.relationship(nominee), **offering):
            self.model.lapse(place)
            until = self.model.now + transfer.ANSWER_WITHIN
            self.model.offers.append(Offer(offer.pk, place, place.master, nominee, until))
            place.history.append("OFFERED")

    def offer_refusal(self, offer: Offer) -> type[RuleViolation] | None:
        """§D6: why the offer can be neither answered nor withdrawn."""
        is_over = offer.state != OfferState.OPEN or offer.expires_at <= self.model.now
        return offers.OfferIsOver if is_over else None

    @with_offer
    @rule(back=ANY)
    def accept(self, back: int) -> None:
        """§D6."""
        offer = pick(self.model.offers[::-1], back // 4)
        refusal = self.offer_refusal(offer)
        if not refusal and self.model.is_disputed(offer.place):
            refusal = dispute.CompanyIsDisputed
        row, nominee = TransferOffer.objects.get(pk=offer.pk), self.people[offer.nominee]
        if self.act(refusal, transfer.accept_transfer, row, actor=nominee):
            offer.state = OfferState.ACCEPTED
            self.model.change_master(offer.place, offer.nominee, "HANDED_OVER")

    @with_offer
    @rule(back=ANY)
    def refuse(self, back: int) -> None:
        """§D6."""
        offer = pick(self.model.offers[::-1], back // 4)
        row, nominee = TransferOffer.objects.get(pk=offer.pk), self.people[offer.nominee]
        if self.act(self.offer_refusal(offer), transfer.refuse_transfer, row, actor=nominee):
            offer.state = OfferState.REFUSED
            offer.place.history.append("OFFER_REFUSED")

    @with_offer
    @rule(back=ANY, by=PERSON, astray=SELDOM)
    def take_offer_back(self, back: int, by: int, astray: bool) -> None:
        """§D6."""
        offer = pick(self.model.offers[::-1], back // 4)
        actor = by if astray else offer.master
        refusal = self.not_master(offer.place, actor) or self.offer_refusal(offer)
        row = TransferOffer.objects.get(pk=offer.pk)
        if self.act(refusal, transfer.withdraw_transfer, row, actor=self.people[actor]):
            offer.state = OfferState.WITHDRAWN
            offer.place.history.append("OFFER_WITHDRAWN")

    @with_offer
    @rule()
    def lapse(self) -> None:
        """§D6: what the nightly job does."""
        transfer.lapse_offers(now=self.model.now)
        for place in self.model.live:
            self.model.lapse(place)


class Asking(Members):
    """§Q3, §D7, §D8: what members, MASTER and a company's own contact ask staff for, and what is changed at once."""

    @rule(anybody=PERSON, whom=ANY, astray=SELDOM, leaves=st.booleans())
    def request_change(self, anybody: int, whom: int, astray: bool, leaves: bool) -> None:
        """§Q3."""
        person = self.insider(anybody, whom, astray=astray)
        place, role = self.model.place(person), self.model.role(person)
        refusal = None if role in {"ASSOCIATE", "FULL"} else succession.NotForThisMember
        if not refusal and self.model.open_cases(CaseKind.MASTER_CHANGE, applicant=person):
            refusal = succession.ChangeIsOpen
        elif not refusal and self.model.sent_lately(CaseKind.MASTER_CHANGE, person) >= succession.REQUESTS_A_DAY:
            refusal = succession.TooManyChanges
        asking = {"why": "MASTER 퇴사", "master_leaves": leaves, "certificate_by": Channel.FAX}
        if case := self.act(refusal, succession.request_master_change, self.people[person], **asking):
            from_when = self.model.now + succession.OBJECT_WITHIN
            about = (CaseKind.MASTER_CHANGE, place.number, person, case.pk, self.model.now, place)
            self.model.cases.append(Change(*about, leaves=leaves, decidable_from=from_when))

    def answer_refusal(self, asked: Change, actor: int) -> type[RuleViolation] | None:
        """§D7: why this person may not answer the request."""
        refusal = self.not_master(asked.place, actor) or (None if asked.is_open else cases.CaseIsClosed)
        return refusal or (succession.AnsweredAlready if asked.answer == MasterAnswer.AGREED else None)

    def change_to_answer(self, back: int, by: int, *, astray: bool) -> tuple[Change, int]:
        """One of the latest requests, and who answers it."""
        asked = pick([asked for asked in self.model.cases if isinstance(asked, Change)][::-1], back // 4)
        return asked, by if astray or asked.place.is_closed else asked.place.master

    @with_change
    @rule(back=ANY, by=PERSON, astray=SELDOM)
    def agree(self, back: int, by: int, astray: bool) -> None:
        """§D7."""
        asked, actor = self.change_to_answer(back, by, astray=astray)
        answering = {"actor": self.people[actor], "password": make.PASSWORD}
        if self.act(self.answer_refusal(asked, actor), succession.agree, self.case(asked), **answering):
            asked.answer = MasterAnswer.AGREED
            asked.version += 1

    @with_change
    @rule(back=ANY, by=PERSON, astray=SELDOM)
    def object(self, back: int, by: int, astray: bool) -> None:
        """§D7."""
        asked, actor = self.change_to_answer(back, by, astray=astray)
        refusal = self.answer_refusal(asked, actor) or (succession.AnsweredAlready if asked.answer else None)
        objecting = {"actor": self.people[actor], "objection": "재직하고 있습니다."}
        if self.act(refusal, succession.object_to, self.case(asked), **objecting):
            asked.answer = MasterAnswer.OBJECTED
            asked.version += 1

    @precondition(lambda self: self.model.places)
    @rule(back=ANY)
    def raise_dispute(self, back: int) -> None:
        """§D8."""
        place = pick(self.model.places[::-1], back // 4)
        company = Company.objects.get(pk=place.pk)
        if case := self.act(self.model.dispute_refusal(place), dispute.raise_dispute, company, CLAIM):
            about = (CaseKind.DISPUTE, place.number, None, case.pk, self.model.now, place)
            self.model.cases.append(Dispute(*about))
            place.history.append("DISPUTED")

    def edit_refusal(self, person: int) -> type[RuleViolation] | None:
        """§C6: MASTER and 정회원 change the company's facts."""
        return None if self.model.role(person) in {"MASTER", "FULL"} else membership.NotAllowed

    @rule(anybody=PERSON, whom=ANY, astray=SELDOM, phone=PHONES, missed=SELDOM)
    def edit_company(self, anybody: int, whom: int, astray: bool, phone: str, missed: bool) -> None:
        """§C6: at once."""
        person = self.insider(anybody, whom, astray=astray)
        place = self.model.place(person)
        seen = place.history.count("EDITED") - missed if place else 0
        refusal = self.edit_refusal(person) or (profile.ChangedMeanwhile if missed else None)
        if not refusal and self.model.edited_lately(person) >= profile.EDITS_A_DAY:
            refusal = profile.TooManyEdits
        changed = self.act(refusal, profile.edit_company, self.people[person], {"phone": phone}, seen=seen)
        if changed is not None:
            assert bool(changed) == (place.phone != phone)
            place.history += ["EDITED"] if changed else []
            self.model.edits += [(person, self.model.now)] if changed else []
            place.phone = phone

    @rule(anybody=PERSON, whom=ANY, astray=SELDOM, name=st.sampled_from([TYPED["name"], "대한물산"]))
    def request_edit(self, anybody: int, whom: int, astray: bool, name: str) -> None:
        """§C6: what was verified by a case."""
        person = self.insider(anybody, whom, astray=astray)
        place, refusal = self.model.place(person), self.edit_refusal(person)
        wanted = {"name": name, "representative": TYPED["representative"]}
        if not refusal and self.model.open_cases(CaseKind.COMPANY_EDIT, place=place):
            refusal = profile.EditIsOpen
        elif not refusal and wanted == {"name": place.name, "representative": place.representative}:
            refusal = profile.SameAsBefore
        elif not refusal and self.model.sent_lately(CaseKind.COMPANY_EDIT, person) >= profile.REQUESTS_A_DAY:
            refusal = profile.TooManyRequests
        asking = wanted | {"certificate_by": Channel.FAX}
        if case := self.act(refusal, profile.request_company_edit, self.people[person], **asking):
            about = (CaseKind.COMPANY_EDIT, place.number, person, case.pk, self.model.now, place)
            self.model.cases.append(Edit(*about, **wanted))
