"""In which orders a task's options are shown."""

from __future__ import annotations

from math import factorial

from tma.seeds import derive_rng

Order = tuple[int, ...]
"""`shown[i]` is the task's option `order[i]`."""

_MOST = 10_000
"""The highest number of an item's order; ids come from files, and may be anything."""


def option_orders(task_id: str, count: int, orders: int) -> list[tuple[Order, int]]:
    """The first `orders` orders of a task's options, each with its repetition number.

    Order 0 is the task's own. The others are shuffles that depend on the task's id and their
    number only, so that more orders extend fewer. They differ from one another while there are
    that many permutations; then they repeat, and the repetition number tells the calls apart.

    Args:
        task_id: the task's id.
        count: how many options it has.
        orders: how many orders, at least 1.
    """
    chosen: list[tuple[Order, int]] = [(tuple(range(count)), 0)]
    used = {chosen[0][0]: 1}
    for number in range(1, orders):
        rng = derive_rng("option-order", task_id, number)
        lap = number // factorial(count)
        while True:
            order = tuple(rng.permutation(count).tolist())
            if used.get(order, 0) <= lap:
                break
        chosen.append((order, used.get(order, 0)))
        used[order] = used.get(order, 0) + 1
    return chosen


def rotations(count: int) -> list[tuple[Order, int]]:
    """Every rotation of a task's options, its own first: each option stands in each place once.

    Asking all of them is circular evaluation (Liu et al. 2024, MMBench, ECCV).
    """
    own = tuple(range(count))
    return [(own[k:] + own[:k], 0) for k in own]


def item_id(task_id: str, number: int, *, circular: bool) -> str:
    """What an export calls a task in one of its orders, so that a reply can be traced back to it.

    Args:
        task_id: the task's id.
        number: of the order, from 0; order 0 is the task's own and has no name of its own.
        circular: whether it counts rotations rather than shuffles.
    """
    return f"{task_id}-{'r' if circular else ''}{number}" if number else task_id


def order_of_item(suffix: str, task_id: str, count: int) -> tuple[Order, int] | None:
    """The order, with its repetition number, behind the id of an item; None if there is no such.

    Args:
        suffix: what follows the task's id and a hyphen in `item_id`; empty for the own order.
        task_id: the task's id.
        count: how many options it has.
    """
    digits = suffix.removeprefix("r")
    if not suffix:
        return option_orders(task_id, count, 1)[0]
    if not (digits.isascii() and digits.isdecimal()) or int(digits) > _MOST:
        return None
    number = int(digits)
    if digits != suffix:
        return rotations(count)[number] if number < count else None
    return option_orders(task_id, count, number + 1)[number]
