"""What every look-up shows of a long answer: ten rows a page, ten pages, and whether there was more."""

from dataclasses import dataclass

PAGE_SIZE = 10
MAX_PAGES = 10


@dataclass(frozen=True)
class Page:
    """One page of what was found; ``total`` counts all of it, also what lies beyond the last page."""

    rows: tuple[object, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages can be turned to."""
        return min(MAX_PAGES, -(-self.total // PAGE_SIZE))

    @property
    def page_numbers(self) -> range:
        """The numbers of those pages."""
        return range(1, self.pages + 1)

    @property
    def is_cut_off(self) -> bool:
        """Tell whether more was found than the pages hold."""
        return self.total > MAX_PAGES * PAGE_SIZE
