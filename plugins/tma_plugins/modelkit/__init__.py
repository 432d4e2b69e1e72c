"""What the adapters of real models share: pictures and frames as they take them, late imports."""
