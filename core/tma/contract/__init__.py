"""The data and the five base classes that cross the boundary between kernel and plugins."""
