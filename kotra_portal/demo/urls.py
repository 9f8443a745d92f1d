"""The demonstration's own pages."""

urlpatterns = []
