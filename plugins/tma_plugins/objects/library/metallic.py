"""The colours of what can only be of metal."""

from __future__ import annotations

from tma_plugins.objects.kit import ALL_COLOURS

# White metal looks gray, brown metal like wood.
METALLIC = tuple(color for color in ALL_COLOURS if color not in ("white", "brown"))
