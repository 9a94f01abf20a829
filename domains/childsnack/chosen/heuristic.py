import math

from heurgen import Heuristic

KITCHEN = "kitchen"


class ChildsnackHeuristic(Heuristic):
    """Make everything (free of gluten first), load everything, then serve table by table."""

    def __init__(self, task):
        static = task.static
        place_of = {}
        for child, place in static.get("waiting", ()):
            place_of.setdefault(child, place)
        allergic = {child for (child,) in static.get("allergic_gluten", ())}
        tolerant = {child for (child,) in static.get("not_allergic_gluten", ())}
        self.gf_bread = frozenset(static.get("no_gluten_bread", ()))        # 1-tuples, as in the state
        self.gf_content = frozenset(static.get("no_gluten_content", ()))

        # goal atom -> (must be free of gluten, place, child); None if the child can never be served
        self.info = {}
        self.other_goals = []
        for goal in task.goal:
            if goal[0] != "served":
                self.other_goals.append(goal)
                continue
            child = goal[1]
            place = place_of.get(child)
            if place is None or (child not in allergic and child not in tolerant):
                self.info[goal] = None
            else:
                self.info[goal] = (child not in tolerant, place, child)
        self.others = len(self.other_goals) + len(task.negative_goal)

        self.need_key = None
        self.need_value = None
        self.gf_key = None
        self.gf_value = frozenset()
        self.tray_key = None
        self.tray_value = None
        self.kitchen_key = None
        self.kitchen_value = None
        self.stock_key = None
        self.stock_value = 0

    # ---- counts, each cached on what it depends on

    def needs(self, state):
        """Unserved children: (allergic, others, place -> an allergic one, place -> another one, all can be served)."""
        key = state.version("served")
        if key == self.need_key:
            return self.need_value
        info = self.info
        n_allergic = n_other = 0
        allergic_at = {}
        other_at = {}
        possible = True
        for atom in state.unsatisfied_goals:
            if atom[0] != "served":
                continue
            entry = info[atom]
            if entry is None:
                possible = False
            elif entry[0]:
                n_allergic += 1
                allergic_at[entry[1]] = entry[2]
            else:
                n_other += 1
                other_at[entry[1]] = entry[2]
        self.need_key = key
        self.need_value = result = (n_allergic, n_other, allergic_at, other_at, possible)
        return result

    def gluten_free(self, state):
        key = state.version("no_gluten_sandwich")
        if key != self.gf_key:
            self.gf_key = key
            self.gf_value = frozenset([atom[0] for atom in state["no_gluten_sandwich"]])
        return self.gf_value

    def on_trays(self, state):
        """(free of gluten, others, tray -> one free of gluten, tray -> another one)."""
        pairs = state["ontray"]
        if not pairs:
            return 0, 0, {}, {}
        key = (state.version("ontray"), state.version("no_gluten_sandwich"))
        if key == self.tray_key:
            return self.tray_value
        free = self.gluten_free(state)
        n_free = 0
        free_on = {}
        other_on = {}
        for sandwich, tray in pairs:
            if sandwich in free:
                n_free += 1
                free_on[tray] = sandwich
            else:
                other_on[tray] = sandwich
        self.tray_key = key
        self.tray_value = result = (n_free, len(pairs) - n_free, free_on, other_on)
        return result

    def in_kitchen(self, state):
        """(free of gluten, others, one free of gluten, another one)."""
        made = state["at_kitchen_sandwich"]
        if not made:
            return 0, 0, None, None
        key = (state.version("at_kitchen_sandwich"), state.version("no_gluten_sandwich"))
        if key == self.kitchen_key:
            return self.kitchen_value
        free = self.gluten_free(state)
        n_free = 0
        one_free = one_other = None
        for (sandwich,) in made:
            if sandwich in free:
                n_free += 1
                one_free = sandwich
            else:
                one_other = sandwich
        self.kitchen_key = key
        self.kitchen_value = result = (n_free, len(made) - n_free, one_free, one_other)
        return result

    def free_stock(self, state):
        """How many sandwiches free of gluten the ingredients left allow."""
        key = (state.version("at_kitchen_bread"), state.version("at_kitchen_content"))
        if key != self.stock_key:
            self.stock_key = key
            self.stock_value = min(
                len(self.gf_bread.intersection(state["at_kitchen_bread"])),
                len(self.gf_content.intersection(state["at_kitchen_content"])))
        return self.stock_value

    # ---- the value

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        n_allergic, n_other, allergic_at, other_at, possible = self.needs(state)
        if not possible:
            return math.inf
        children = n_allergic + n_other
        if not children:
            return left
        tray_free, tray_other, free_on, other_on = self.on_trays(state)
        kitchen_free, kitchen_other, _, _ = self.in_kitchen(state)

        # sandwiches that are still to be made
        spare = tray_free + kitchen_free - n_allergic
        make_free = 0
        if spare < 0:
            make_free = -spare
            spare = 0
        make = make_free
        missing = n_other - tray_other - kitchen_other - spare
        if missing > 0:
            make += missing
        if make:
            if (make > len(state["at_kitchen_bread"]) or make > len(state["at_kitchen_content"])
                    or make > len(state["notexist"])):
                return math.inf
            if make_free and make_free > self.free_stock(state):
                return math.inf

        # sandwiches that are still to be put on a tray
        spare = tray_free - n_allergic
        put = 0
        if spare < 0:
            put = -spare
            spare = 0
        missing = n_other - tray_other - spare
        if missing > 0:
            put += missing

        value = self.others + 2 * (make + put + children)
        if make:
            return value                                # the next step is to make one
        if put:
            for _, place in state["at"]:
                if place == KITCHEN:
                    return value                        # the next step is to put one on a tray
            return value + 1                            # a tray has to come first
        for tray, place in state["at"]:
            if tray in free_on:
                if place in allergic_at or (spare > 0 and place in other_at):
                    return value                        # the next step is to serve
            if tray in other_on and place in other_at:
                return value
        return value + 1                                # a tray has to go to a table first

    # ---- the step that the value counts on

    def preferred(self, state):
        n_allergic, n_other, allergic_at, other_at, possible = self.needs(state)
        if not possible:
            return []
        if not n_allergic and not n_other:
            return self.finish(state)
        tray_free, tray_other, free_on, other_on = self.on_trays(state)
        kitchen_free, kitchen_other, one_free, one_other = self.in_kitchen(state)

        # make
        spare = tray_free + kitchen_free - n_allergic
        if spare < 0:
            return self.make_free(state)
        if n_other > tray_other + kitchen_other + spare:
            return self.make_any(state)

        # put on a tray
        spare = tray_free - n_allergic
        sandwich = None
        if spare < 0:
            sandwich = one_free
        elif n_other > tray_other + spare:
            sandwich = one_other or one_free
        if sandwich is not None:
            other = None
            for tray, place in state["at"]:
                if place == KITCHEN:
                    return [("put_on_tray", sandwich, tray)]
                if other is None:
                    other = (tray, place)
            return [("move_tray", other[0], other[1], KITCHEN)] if other else []

        # serve
        trays = state["at"]
        for tray, place in trays:
            if tray in free_on and place in allergic_at:
                return [("serve_sandwich_no_gluten", free_on[tray], allergic_at[place], tray, place)]
            if place in other_at:
                if tray in other_on:
                    return [("serve_sandwich", other_on[tray], other_at[place], tray, place)]
                if spare > 0 and tray in free_on:
                    return [("serve_sandwich", free_on[tray], other_at[place], tray, place)]

        # move to where a child waits
        for tray, place in trays:
            if tray in free_on:
                for target in allergic_at:
                    return [("move_tray", tray, place, target)]
            if tray in other_on or (spare > 0 and tray in free_on):
                for target in other_at:
                    return [("move_tray", tray, place, target)]
        return []

    def make_free(self, state):
        names = state["notexist"]
        if not names:
            return []
        gf_bread = self.gf_bread
        gf_content = self.gf_content
        for bread in state["at_kitchen_bread"]:
            if bread in gf_bread:
                for content in state["at_kitchen_content"]:
                    if content in gf_content:
                        return [("make_sandwich_no_gluten", names[0][0], bread[0], content[0])]
                return []
        return []

    def make_any(self, state):
        names = state["notexist"]
        breads = state["at_kitchen_bread"]
        contents = state["at_kitchen_content"]
        if names and breads and contents:
            return [("make_sandwich", names[0][0], breads[0][0], contents[0][0])]
        return []

    def finish(self, state):
        """All children are served: bring trays to where the goal may want them."""
        actions = []
        for goal in self.other_goals:
            if goal[0] == "at" and goal not in state:
                for _, place in state.match("at", goal[1], None):
                    actions.append(("move_tray", goal[1], place, goal[2]))
        return actions
