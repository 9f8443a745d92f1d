"""Rows that are added and never edited: history, consents."""

from django.db import models


class AppendOnlyQuerySet(models.QuerySet):
    """Refuses what would rewrite history."""

    def update(self, **kwargs: object) -> int:
        """Refuse: rows are added, never edited."""
        raise TypeError(f"{self.model.__name__} rows are never edited")

    def bulk_update(self, *args: object, **kwargs: object) -> int:
        """Refuse: rows are added, never edited."""
        raise TypeError(f"{self.model.__name__} rows are never edited")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: only the retention command deletes, and it says so by its own means."""
        raise TypeError(f"{self.model.__name__} rows are never deleted")


class AppendOnlyModel(models.Model):
    """A row of history."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Insert; a row that exists already is not saved again."""
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows are never edited")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Refuse: history stays."""
        raise TypeError(f"{type(self).__name__} rows are never deleted")
