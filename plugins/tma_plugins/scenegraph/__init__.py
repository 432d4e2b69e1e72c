"""What families about scene graphs share: what is known, descriptions of objects, and English."""
