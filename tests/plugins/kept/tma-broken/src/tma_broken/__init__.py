"""A plugin that is broken on purpose: its hook fails, after a line that looks like success."""

import tma

LOADED = True


@tma.hookimpl
def tma_task_generators() -> list[tma.Contribution]:
    raise RuntimeError("broken on purpose")
