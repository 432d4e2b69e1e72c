"""The built-in plugins: each folder with an entry point in pyproject.toml is one."""
