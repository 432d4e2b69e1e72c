"""Asset packs: any source's assets as an installable package with a hash for every file."""
