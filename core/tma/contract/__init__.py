"""The data and the four base classes that cross the boundary between kernel and plugins."""
