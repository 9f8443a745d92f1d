"""The demonstration's KISLINE."""

from companies.registry import CompanyRecord


class StubKisline:
    """Stands for the credit bureau."""

    def find(self, brn: str) -> CompanyRecord | None:
        """Nothing yet."""
        return None
