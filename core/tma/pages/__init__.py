"""HTML pages to look at: templates with one shell, whatever names and replies they show.

Pages work from a file and from a server, and ask nobody for anything. All text is escaped; of
scripts and styles only those run that `render` was given: the page's policy names their hashes.
"""

from __future__ import annotations

from tma.pages.shell import render, source, write_page

__all__ = ["render", "source", "write_page"]
