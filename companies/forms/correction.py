"""보완: the form of registering, filled with what was sent (§D3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from companies.domain.search import Way
from companies.forms.registration import RegistrationForm
from companies.models import Case, Document, RegistrationRequest
from kotra_portal.text import line_ends


@dataclass(frozen=True)
class _Sent:
    """A request in the shape of an unfinished registration, of which the registry said nothing."""

    brn: str
    typed: Mapping[str, str]
    documents: QuerySet[Document]
    record: Mapping[str, str] = field(default_factory=dict)


class CorrectionForm(RegistrationForm):
    """§D3: what the request asks for now, to be corrected; its number stays (§D9).

    ``typed`` is what was typed since and not sent, by the names of the inputs; ``found`` (an address) what a look-up
    page brought back.
    """

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        files: object = None,
        *,
        case: Case,
        typed: Mapping[str, str] | None = None,
        found: Mapping[str, str] | None = None,
    ) -> None:
        """Fill in what the applicant sent last, and over it what was typed since."""
        written = self.as_typed(case.registration) | (typed or {})
        sent = _Sent(brn=case.registration.brn, typed=written, documents=case.shown_documents)
        super().__init__(data, files, draft=sent, way=Way.REQUEST, found=found)

    @classmethod
    def differs(cls, asked: RegistrationRequest, typed: Mapping[str, str]) -> bool:
        """§D3: tell whether what was typed since is something else than what was sent."""
        sent = cls.as_typed(asked)
        return any(line_ends(text) != line_ends(str(sent.get(name, ""))) for name, text in typed.items())

    @classmethod
    def as_typed(cls, asked: RegistrationRequest) -> dict[str, str]:
        """What was sent, as it would be typed again."""
        return super().as_typed(asked) | {"certificate_by": asked.certificate_by}
