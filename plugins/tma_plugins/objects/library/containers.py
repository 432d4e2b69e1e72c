"""Things that hold other things."""

from __future__ import annotations

from tma_plugins.objects.kit import Shelf

shelf = Shelf()
