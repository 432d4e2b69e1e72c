"""The pytest plugin of `tma`: fixtures for tests of plugins.

It stands outside the package `tma` and imports nothing of it before a fixture is used: pytest loads
it in every project, also in those that never heard of `tma`, and before coverage is measured.
"""

from __future__ import annotations
