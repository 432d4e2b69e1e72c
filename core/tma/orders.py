"""In which orders a task's options are shown."""

from __future__ import annotations

from math import factorial

from tma.seeds import derive_rng

Order = tuple[int, ...]
"""`shown[i]` is the task's option `order[i]`."""


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
