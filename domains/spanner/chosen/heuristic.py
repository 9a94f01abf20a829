import math

from heurgen import Heuristic
from heurgen.graphs import Graph


class SpannerHeuristic(Heuristic):
    """Steps left on the one-way chain: nuts to tighten + spanners to pick up + walks to the last nut."""

    def __init__(self, task):
        self.task = task
        self.men = task.objects_of_type("man")
        self.locations = task.objects_of_type("location")
        self.spanners = task.objects_of_type("spanner")
        self.tools = [(("usable", s), s) for s in self.spanners]
        self.graph = None
        self.chain = self.build_chain(task)
        if not self.chain:
            self.graph = Graph(task.static.get("link", ()), nodes=self.locations)
            self.big = len(self.locations) + 2

    # ---------------------------------------------------------------- chain

    def build_chain(self, task):
        """Fill the tables for a single man on a one-way chain; False if the task is not of that form."""
        if len(self.men) != 1 or task.negative_goal:
            return False
        if any(goal[0] != "tightened" for goal in task.goal):
            return False
        initial = task.initial_state
        man = self.men[0]
        place_of = dict(initial["at"])
        if man not in place_of:
            return False

        successors = {}
        for a, b in task.static.get("link", ()):
            if a != b:
                successors.setdefault(a, []).append(b)
        path = [place_of[man]]
        index = {path[0]: 0}
        while True:
            following = successors.get(path[-1], ())
            if not following:
                break
            if len(following) > 1 or following[0] in index:
                return False
            index[following[0]] = len(path)
            path.append(following[0])
        size = len(path)

        nuts = [[] for _ in range(size)]
        loose = {nut for (nut,) in initial["loose"]}
        tightened = {nut for (nut,) in initial["tightened"]}
        last = 0
        for goal in dict.fromkeys(task.goal):
            nut = goal[1]
            if nut in tightened:
                continue
            position = index.get(place_of.get(nut))
            if position is None or nut not in loose:
                return False
            nuts[position].append(("loose", nut))
            if position > last:
                last = position

        usable = {s for (s,) in initial["usable"]}
        ground = [[] for _ in range(size)]
        for spanner in self.spanners:
            if spanner in usable:
                position = index.get(place_of.get(spanner))
                if position is not None:
                    ground[position].append(("at", spanner, path[position]))

        # numbers of nuts and of usable spanners at this position or later
        nuts_from = [0] * (size + 2)
        spanners_from = [0] * (size + 2)
        for i in range(size - 1, -1, -1):
            nuts_from[i] = nuts_from[i + 1] + len(nuts[i])
            spanners_from[i] = spanners_from[i + 1] + len(ground[i])
        # slack[i]: how many more nuts than spanners in hand or here there may be when the man is at i
        slack = [0] * size
        least = math.inf
        for i in range(size - 1, -1, -1):
            if nuts[i]:
                least = min(least, nuts_from[i + 1] - spanners_from[i + 1])
            slack[i] = spanners_from[i + 1] + least

        self.man = man
        self.path = path
        self.index = index
        self.nuts = nuts
        self.ground = ground
        self.nuts_from = nuts_from
        self.slack = slack
        self.last = last
        self.usable_at_start = len(initial["usable"])
        self.all_usable = len(usable) == len(self.spanners)
        self.carrying_tools = [(("usable", s), ("carrying", man, s), s) for s in self.spanners]
        return True

    def position(self, state):
        action = state.action
        if action is None:
            return self.index[state.match("at", self.man, None)[0][1]]
        return self.index[action[2] if action[0] == "walk" else action[1]]

    def carried(self, state):
        """Number of usable spanners that the man carries."""
        if self.all_usable:     # whatever became unusable was carried
            return len(state["carrying"]) - self.usable_at_start + len(state["usable"])
        count = 0
        for _, spanner in state["carrying"]:
            if ("usable", spanner) in state:
                count += 1
        return count

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        if not self.chain:
            return self.general(state, left)
        i = self.position(state)
        if left > self.nuts_from[i]:
            return math.inf                     # a nut was left behind
        need = left - self.carried(state)
        if need <= 0:
            return left + self.last - i
        here = 0
        for atom in self.ground[i]:
            if atom in state:
                here += 1
        if need - here > self.slack[i]:
            return math.inf                     # too few spanners for some of the nuts
        return left + need + self.last - i

    def preferred(self, state):
        left = state.goals_left
        if not left:
            return []
        if not self.chain:
            return self.general_preferred(state)
        i = self.position(state)
        where = self.path[i]
        man = self.man
        if self.carried(state) < left:
            for atom in self.ground[i]:
                if atom in state:
                    return [("pickup_spanner", where, atom[1], man)]
        for loose in self.nuts[i]:
            if loose in state:
                for usable, carrying, spanner in self.carrying_tools:
                    if usable in state and carrying in state:
                        return [("tighten_nut", where, spanner, man, loose[1])]
                break
        if i + 1 < len(self.path):
            return [("walk", where, self.path[i + 1], man)]
        return []

    # -------------------------------------------------------------- general

    def survey(self, state):
        """Places, men with their usable spanners, usable spanners on the ground, open nuts."""
        place_of = dict(state["at"])
        holding = {}
        carried = 0
        for man, spanner in state["carrying"]:
            if ("usable", spanner) in state:
                holding.setdefault(man, spanner)
                carried += 1
        ground = [s for usable, s in self.tools if s in place_of and usable in state]
        open_nuts = [goal[1] for goal in state.unsatisfied_goals if goal[0] == "tightened"]
        return place_of, holding, carried, ground, open_nuts

    def general(self, state, left):
        big = self.big
        distance = self.graph.distance
        place_of, holding, carried, ground, open_nuts = self.survey(state)
        men = [man for man in self.men if man in place_of]
        if not open_nuts:
            value = big * left + 1
            for goal in state.unsatisfied_goals:
                if goal[0] == "at" and goal[1] in place_of:
                    value += min(big, distance(place_of[goal[1]], goal[2]))
            return value
        for nut in open_nuts:
            place = place_of.get(nut)
            if place is None or all(distance(place_of[man], place) == math.inf for man in men):
                return math.inf
        nearest = math.inf
        reachable = 0
        for spanner in ground:
            place = place_of[spanner]
            best = min((distance(place_of[man], place) for man in men), default=math.inf)
            if best < math.inf:
                reachable += 1
                if best < nearest:
                    nearest = best
        if carried + reachable < len(open_nuts):
            return math.inf
        need = len(open_nuts) - carried
        if need <= 0:
            need = 0
            nearest = math.inf
            for man in men:
                if man in holding:
                    for nut in open_nuts:
                        nearest = min(nearest, distance(place_of[man], place_of[nut]))
        return big * (left + need) + min(nearest, big - 1)

    def general_preferred(self, state):
        place_of, holding, carried, ground, open_nuts = self.survey(state)
        for man in self.men:
            where = place_of.get(man)
            if where is None:
                continue
            if carried < len(open_nuts):
                for spanner in ground:
                    if place_of[spanner] == where:
                        return [("pickup_spanner", where, spanner, man)]
            if man in holding:
                for nut in open_nuts:
                    if place_of.get(nut) == where and ("loose", nut) in state:
                        return [("tighten_nut", where, holding[man], man, nut)]
        return []
