"""For authors of plugins: toys, and checks that a plugin keeps to its contract."""
