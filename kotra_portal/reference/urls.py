"""Look-ups."""

urlpatterns = []
