"""Plans made the way the generators' docstrings argue that their tasks are solvable; none searches.

They hold for the competition's tasks of these domains, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from tests.generator_plans import Facts, Plan


def blocksworld_plan(facts: Facts) -> Plan:
    """Take all towers apart, then build the others from the bottom."""
    plan: Plan = []
    below = dict(facts.init["on"])
    for (top,) in facts.init["clear"]:
        block = top
        while block in below:
            plan += [("unstack", block, below[block]), ("putdown", block)]
            block = below[block]
    above = {low: high for high, low in facts.goal["on"]}
    for (bottom,) in facts.goal["on-table"]:
        block = bottom
        while block in above:
            plan += [("pickup", above[block]), ("stack", above[block], block)]
            block = above[block]
    return plan


def ferry_plan(facts: Facts) -> Plan:
    plan: Plan = []
    ((here,),) = facts.init["at-ferry"]
    start = dict(facts.init["at"])
    for car, target in facts.goal["at"]:
        for place, action in ((start[car], "board"), (target, "debark")):
            if here != place:
                plan.append(("sail", here, place))
            plan.append((action, car, place))
            here = place
    return plan


def gripper_plan(facts: Facts) -> Plan:
    plan: Plan = []
    ((here,),) = facts.init["at-robby"]
    hand = facts.objects["gripper"][0]
    start = dict(facts.init["at"])
    for ball, target in facts.goal["at"]:
        for room, action in ((start[ball], "pick"), (target, "drop")):
            if here != room:
                plan.append(("move", here, room))
            plan.append((action, ball, room, hand))
            here = room
    return plan


class _Carriers:
    """The trucks and one airplane, which carry one package at a time."""

    def __init__(self, facts: Facts) -> None:
        self.plan: Plan = []
        self.place = dict(facts.init["at"])
        self.city = dict(facts.init["in-city"])
        self.airport = {self.city[place]: place for place in facts.objects["airport"]}
        self.truck = {self.city[self.place[truck]]: truck for truck in facts.objects["truck"]}
        self.plane = facts.objects["airplane"][0]

    def carry(self, package: str, target: str, kind: str, carrier: str, *where: str) -> None:
        """By truck (`where` is the city) or airplane (`where` is empty) to the target."""
        move = {"truck": "drive-truck", "airplane": "fly-airplane"}[kind]
        for action, end in ((f"load-{kind}", self.place[package]), (f"unload-{kind}", target)):
            if self.place[carrier] != end:
                self.plan.append((move, carrier, self.place[carrier], end, *where))
            self.plan.append((action, package, carrier, end))
            self.place[carrier] = end
        self.place[package] = target

    def drive(self, package: str, target: str) -> None:
        city = self.city[target]
        if self.place[package] != target:
            self.carry(package, target, "truck", self.truck[city], city)

    def bring(self, package: str, target: str) -> None:
        start, end = self.city[self.place[package]], self.city[target]
        if start != end:
            self.drive(package, self.airport[start])
            self.carry(package, self.airport[end], "airplane", self.plane)
        self.drive(package, target)


def logistics_plan(facts: Facts) -> Plan:
    carriers = _Carriers(facts)
    for package, target in facts.goal["at"]:
        carriers.bring(package, target)
    return carriers.plan


def miconic_plan(facts: Facts) -> Plan:
    plan: Plan = []
    ((here,),) = facts.init["lift-at"]
    origin, destination = dict(facts.init["origin"]), dict(facts.init["destin"])
    above = set(facts.init["above"])
    for (person,) in facts.goal["served"]:
        for floor, action in ((origin[person], "board"), (destination[person], "depart")):
            if here != floor:
                plan.append(("up" if (here, floor) in above else "down", here, floor))
            plan.append((action, floor, person))
            here = floor
    return plan


def spanner_plan(facts: Facts) -> Plan:
    plan: Plan = []
    place_of, following = dict(facts.init["at"]), dict(facts.init["link"])
    ((man,), here) = facts.objects["man"], place_of[facts.objects["man"][0]]
    lying = defaultdict(list)
    for spanner in facts.objects["spanner"]:
        lying[place_of[spanner]].append(spanner)
    plan += [("pickup_spanner", here, spanner, man) for spanner in lying[here]]
    while here in following:
        plan.append(("walk", here, following[here], man))
        here = following[here]
        plan += [("pickup_spanner", here, spanner, man) for spanner in lying[here]]
    for spanner, (nut,) in zip(facts.objects["spanner"], facts.goal["tightened"]):
        plan.append(("tighten_nut", here, spanner, man, nut))
    return plan


PLANS: dict[str, Callable[[Facts], Plan]] = {
    "blocksworld": blocksworld_plan,
    "ferry": ferry_plan,
    "gripper": gripper_plan,
    "logistics": logistics_plan,
    "miconic": miconic_plan,
    "spanner": spanner_plan,
}
