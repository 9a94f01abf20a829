import math

from heurgen import Heuristic

INF = math.inf
KITCHEN = "kitchen"


def scan(atoms, start, state):
    """Index of an atom that holds, looking from `start` on and then from the beginning; -1 if there is none."""
    for i in range(start, len(atoms)):
        if atoms[i] in state:
            return i
    for i in range(min(start, len(atoms))):
        if atoms[i] in state:
            return i
    return -1


def scan_both(atoms, others, wanted, start, state):
    """As scan, but the atom of the same index in `others` must hold (wanted) or must not hold (not wanted)."""
    for i in range(start, len(atoms)):
        if atoms[i] in state and (others[i] in state) == wanted:
            return i
    for i in range(min(start, len(atoms))):
        if atoms[i] in state and (others[i] in state) == wanted:
            return i
    return -1


class ChildsnackHeuristic(Heuristic):
    """Twice the number of sandwiches to make, to put on trays and to serve, plus one if the next step is a move."""

    def __init__(self, task):
        static = task.static
        eats_all = {child for (child,) in static["not_allergic_gluten"]}
        allergic = {child for (child,) in static["allergic_gluten"]} - eats_all
        waiting = dict(static["waiting"])
        self.plain = not task.negative_goal
        self.allergic = set()
        self.allergic_atoms = []
        self.other_atoms = []
        self.unservable = []
        self.groups = {}                    # place -> (atoms of allergic children, atoms of the others)
        for atom in task.goal:
            if atom[0] != "served":
                self.plain = False
                continue
            child = atom[1]
            place = waiting.get(child)
            if place is None or (child not in allergic and child not in eats_all):
                self.unservable.append(atom)
                self.plain = False
                continue
            group = self.groups.setdefault(place, ([], []))
            if child in allergic:
                self.allergic.add(child)
                self.allergic_atoms.append(atom)
                group[0].append(atom)
            else:
                self.other_atoms.append(atom)
                group[1].append(atom)

        self.sandwiches = task.objects_of_type("sandwich")
        self.notexist_atoms = [("notexist", s) for s in self.sandwiches]
        self.kitchen_atoms = [("at_kitchen_sandwich", s) for s in self.sandwiches]
        self.gf_atoms = [("no_gluten_sandwich", s) for s in self.sandwiches]
        self.gf_atom = dict(zip(self.sandwiches, self.gf_atoms))
        self.tray_atoms = {}                # tray -> its ontray atoms, made when first needed

        self.gf_bread = {b for (b,) in static["no_gluten_bread"]}
        self.gf_content = {c for (c,) in static["no_gluten_content"]}
        breads = task.objects_of_type("bread-portion")
        contents = task.objects_of_type("content-portion")
        gf = [("at_kitchen_bread", b) for b in breads if b in self.gf_bread]
        self.gf_bread_atoms = gf
        self.bread_atoms = [("at_kitchen_bread", b) for b in breads if b not in self.gf_bread] + gf
        gf = [("at_kitchen_content", c) for c in contents if c in self.gf_content]
        self.gf_content_atoms = gf
        self.content_atoms = [("at_kitchen_content", c) for c in contents if c not in self.gf_content] + gf

        # where the last scans ended: only hints
        self.hint_new = 0
        self.hint_gf_bread = 0
        self.hint_gf_content = 0
        self.hint_bread = 0
        self.hint_content = 0
        self.hint_put = [0, 0]
        self.hint_tray = {}

        # the last evaluated state and the last entered one
        self.last_hash = None
        self.last_counts = None
        self.last_action = None
        self.base_hash = None
        self.base = None
        self.base_action = None
        self.base_served = self.base_ontray = self.base_kitchen = self.base_notexist = None

    # ------------------------------------------------------------------ interface

    def __call__(self, state):
        if not state.goals_left:
            return 0
        counts = self._derive(state)
        if counts is None:
            counts = self._count(state)
            value, action = self._evaluate(state, counts)
        else:
            value, action = self._evaluate(state, counts)
            if value == INF:                        # be sure before a state is given up
                counts = self._count(state)
                value, action = self._evaluate(state, counts)
        self.last_hash = hash(state)
        self.last_counts = counts
        self.last_action = action
        return value

    def enter(self, state):
        key = hash(state)
        if key == self.last_hash:
            self.base = self.last_counts
            self.base_action = self.last_action
        else:
            self.base = self._count(state)
            self.base_action = self._evaluate(state, self.base)[1]
        self.base_hash = key
        version = state.version
        self.base_served = version("served")
        self.base_ontray = version("ontray")
        self.base_kitchen = version("at_kitchen_sandwich")
        self.base_notexist = version("notexist")

    def preferred(self, state):
        if hash(state) != self.base_hash:
            self.enter(state)
        action = self.base_action
        if action is None:
            action = self._make_or_put(state, self.base)
        return [action] if action is not None else []

    # ------------------------------------------------------------------ counts

    def _count(self, state):
        """Unserved children, sandwiches on trays, sandwiches in the kitchen, what is left to make more of them."""
        ua = 0
        for atom in self.allergic_atoms:
            if atom not in state:
                ua += 1
        un = 0
        for atom in self.other_atoms:
            if atom not in state:
                un += 1
        gf = {s for (s,) in state["no_gluten_sandwich"]}
        tg = tr = 0
        for s, _ in state["ontray"]:
            if s in gf:
                tg += 1
            else:
                tr += 1
        kg = kr = 0
        for (s,) in state["at_kitchen_sandwich"]:
            if s in gf:
                kg += 1
            else:
                kr += 1
        breads = state["at_kitchen_bread"]
        contents = state["at_kitchen_content"]
        gf_bread = self.gf_bread
        gf_content = self.gf_content
        gb = 0
        for (b,) in breads:
            if b in gf_bread:
                gb += 1
        gc = 0
        for (c,) in contents:
            if c in gf_content:
                gc += 1
        return ua, un, tg, tr, kg, kr, len(state["notexist"]), len(breads), len(contents), gb, gc

    def _derive(self, state):
        """The same from the counts of the entered state; None if they do not fit."""
        base = self.base
        action = state.action
        if base is None or action is None or not self.plain:
            return None
        ua, un, tg, tr, kg, kr, ne, nb, nc, gb, gc = base
        name = action[0]
        version = state.version
        left = state.goals_left
        if name == "serve_sandwich" or name == "serve_sandwich_no_gluten":
            if version("notexist") != self.base_notexist or version("at_kitchen_sandwich") != self.base_kitchen:
                return None
            before = ua + un
            if left == before - 1:
                if action[2] in self.allergic:
                    ua -= 1
                else:
                    un -= 1
            elif left != before:
                return None
            if self.gf_atom[action[1]] in state:
                tg -= 1
            else:
                tr -= 1
            return ua, un, tg, tr, kg, kr, ne, nb, nc, gb, gc
        if left != ua + un or version("served") != self.base_served:
            return None
        if name == "put_on_tray":
            if version("notexist") != self.base_notexist:
                return None
            if self.gf_atom[action[1]] in state:
                return ua, un, tg + 1, tr, kg - 1, kr, ne, nb, nc, gb, gc
            return ua, un, tg, tr + 1, kg, kr - 1, ne, nb, nc, gb, gc
        if version("ontray") != self.base_ontray:
            return None
        if name == "move_tray":
            if version("notexist") != self.base_notexist:
                return None
            return base
        if self.gf_atom[action[1]] in state:
            kg += 1
        else:
            kr += 1
        if action[2] in self.gf_bread:
            gb -= 1
        if action[3] in self.gf_content:
            gc -= 1
        return ua, un, tg, tr, kg, kr, ne - 1, nb - 1, nc - 1, gb, gc

    # ------------------------------------------------------------------ value and policy

    def _evaluate(self, state, counts):
        """The value, and the next action if it had to be found out for the value (else None)."""
        ua, un, tg, tr, kg, kr, ne, nb, nc, gb, gc = counts
        if self.unservable:
            for atom in self.unservable:
                if atom not in state:
                    return INF, None
        unserved = ua + un
        if not unserved:
            return (1 if state.goals_left else 0), None
        # sandwiches to make
        spare = tg + kg - ua
        if spare < 0:
            make_gf = -spare
            make = un - tr - kr
        else:
            make_gf = 0
            make = un - tr - kr - spare
        if make < 0:
            make = 0
        make += make_gf
        if make and (make > ne or make > nb or make > nc or make_gf > gb or make_gf > gc):
            return INF, None
        # sandwiches to put on trays
        put = 0
        spare = tg - ua
        if spare < 0:
            put = -spare
            spare = 0
        more = un - tr - spare
        if more > 0:
            put += more
        value = 2 * (make + put + unserved)
        if make:
            return value, None
        at = state["at"]
        if not at:
            return INF, None
        if put:
            for _, place in at:
                if place == KITCHEN:
                    return value, None
            tray, place = at[0]
            return value + 1, ("move_tray", tray, place, KITCHEN)
        action = self._serve(state, at, tg > ua, tg, tr)
        if action is None:
            action = self._move(state, at, tg > ua, tg, tr)
            return value + 1, action
        return value, action

    def _make_or_put(self, state, counts):
        """The next action where a sandwich is to be made or to be put on a tray that is in the kitchen."""
        ua, un, tg, tr, kg, kr, ne, nb, nc, gb, gc = counts
        if not ua + un:
            return None
        spare = tg + kg - ua
        if spare < 0 or un - tr - kr - spare > 0:
            s = scan(self.notexist_atoms, self.hint_new, state)
            if s < 0:
                return None
            self.hint_new = s
            if spare < 0:
                b = scan(self.gf_bread_atoms, self.hint_gf_bread, state)
                c = scan(self.gf_content_atoms, self.hint_gf_content, state)
                if b < 0 or c < 0:
                    return None
                self.hint_gf_bread = b
                self.hint_gf_content = c
                return ("make_sandwich_no_gluten", self.sandwiches[s], self.gf_bread_atoms[b][1],
                        self.gf_content_atoms[c][1])
            b = scan(self.bread_atoms, self.hint_bread, state)
            c = scan(self.content_atoms, self.hint_content, state)
            if b < 0 or c < 0:
                return None
            self.hint_bread = b
            self.hint_content = c
            return ("make_sandwich", self.sandwiches[s], self.bread_atoms[b][1], self.content_atoms[c][1])
        for tray, place in state["at"]:
            if place == KITCHEN:
                break
        else:
            return None
        wanted = tg < ua or kr == 0                 # a gluten-free one
        s = scan_both(self.kitchen_atoms, self.gf_atoms, wanted, self.hint_put[wanted], state)
        if s < 0:
            return None
        self.hint_put[wanted] = s
        return ("put_on_tray", self.sandwiches[s], tray)

    def _on_tray(self, state, tray, wanted):
        """A sandwich on that tray, free of gluten (wanted) or not; None if there is none."""
        atoms = self.tray_atoms.get(tray)
        if atoms is None:
            atoms = self.tray_atoms[tray] = [("ontray", s, tray) for s in self.sandwiches]
        key = (tray, wanted)
        s = scan_both(atoms, self.gf_atoms, wanted, self.hint_tray.get(key, 0), state)
        if s < 0:
            return None
        self.hint_tray[key] = s
        return self.sandwiches[s]

    def _serve(self, state, at, spare, tg, tr):
        """An action that serves a child where a tray is now; None if there is none."""
        for tray, place in at:
            group = self.groups.get(place)
            if group is None:
                continue
            if tg:
                for atom in group[0]:
                    if atom not in state:
                        s = self._on_tray(state, tray, True)
                        if s is not None:
                            return ("serve_sandwich_no_gluten", s, atom[1], tray, place)
                        break
            for atom in group[1]:
                if atom not in state:
                    s = self._on_tray(state, tray, False) if tr else None
                    if s is None and spare:
                        s = self._on_tray(state, tray, True)
                    if s is not None:
                        return ("serve_sandwich", s, atom[1], tray, place)
                    break
        return None

    def _move(self, state, at, spare, tg, tr):
        """The move of a tray to a place where a child can then be served from it."""
        for place, (allergic, others) in self.groups.items():
            need_gf = any(atom not in state for atom in allergic)
            need_any = any(atom not in state for atom in others)
            if not need_gf and not need_any:
                continue
            for tray, here in at:
                if here == place:
                    continue
                if tg and (need_gf or (need_any and spare)) and self._on_tray(state, tray, True) is not None:
                    return ("move_tray", tray, here, place)
                if tr and need_any and self._on_tray(state, tray, False) is not None:
                    return ("move_tray", tray, here, place)
        return None
