import math

from heurgen import Heuristic
from heurgen.graphs import Graph


class SpannerHeuristic(Heuristic):
    """Nuts left + spanners still to be picked up + walks left; infinite where too few spanners lie ahead."""

    def __init__(self, task):
        init = task.initial_state
        links = tuple(task.static.get("link", ()))
        self.men = task.objects_of_type("man")
        self.man = self.men[0] if self.men else None
        self.spanners = dict.fromkeys(task.objects_of_type("spanner"), True)
        places = dict.fromkeys(task.objects_of_type("location"), True)
        for here, there in links:
            places[here] = True
            places[there] = True
        places = tuple(places)
        self.big = len(places) + 1
        self.graph = Graph(links, places)
        self.fast = self.prepare(task, init, links, places)

    def prepare(self, task, init, links, places):
        """The tables of the usual case; False if the task is not of that kind."""
        if len(self.men) != 1 or task.negative_goal:
            return False
        for goal in task.goal:
            if goal[0] != "tightened":
                return False
        nuts = list(dict.fromkeys(goal[1] for goal in task.goal if goal not in init))
        if not nuts or len(nuts) != init.goals_left:
            return False
        loose = [nut for (nut,) in init["loose"]]
        if len(loose) != len(nuts) or set(loose) != set(nuts):
            return False
        for spanner in self.spanners:
            if ("usable", spanner) not in init:
                return False
        place_of = dict(init["at"])
        if self.man not in place_of:
            return False
        targets = list(dict.fromkeys(place_of.get(nut) for nut in nuts))
        if len(targets) != 1 or targets[0] is None:
            return False
        target = targets[0]

        # topological order of the places
        successors = {place: [] for place in places}
        entries = dict.fromkeys(places, 0)
        for here, there in links:
            successors[here].append(there)
            entries[there] += 1
        order = [place for place in places if not entries[place]]
        for place in order:                     # grows while it is read
            for there in successors[place]:
                entries[there] -= 1
                if not entries[there]:
                    order.append(there)
        if len(order) != len(places):
            return False                        # a cycle

        tools = {place: [] for place in places}
        for what, place in init["at"]:
            if what in self.spanners:
                tools[place].append(("at", what, place))

        depth = {}      # walks to the target on the longest way
        best = {}       # most spanners that one way to the target passes, those of the place itself not counted
        full = {}       # the same, with those of the place itself
        ways = {}
        for place in reversed(order):
            if place == target:
                depth[place] = 0
                best[place] = 0
                ways[place] = ()
            else:
                options = [there for there in successors[place] if there in depth]
                if not options:
                    continue
                options.sort(key=depth.__getitem__)
                depth[place] = 1 + depth[options[-1]]
                best[place] = max(full[there] for there in options)
                ways[place] = tuple(options)
            full[place] = best[place] + len(tools[place])

        self.target = target
        self.need = len(nuts)
        self.nuts = tuple(nuts)
        self.loose_atoms = tuple(("loose", nut) for nut in nuts)
        self.tools = {place: tuple(atoms) for place, atoms in tools.items()}
        self.depth = depth
        self.best = best
        self.full = full
        self.ways = ways
        return True

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        if not self.fast:
            return self.general(state, left)
        action = state.action
        if action is None:
            here = state.match("at", self.man, None)[0][1]
        elif action[0] == "walk":
            here = action[2]
        else:
            here = action[1]
        steps = self.depth.get(here)
        if steps is None:
            return math.inf                     # no way to the nuts
        missing = self.need - len(state["carrying"])
        if missing <= 0:
            return left + steps
        short = missing - self.best[here]       # so many have to be picked up here
        if short > 0:
            for atom in self.tools[here]:
                if atom in state:
                    short -= 1
                    if not short:
                        break
            if short > 0:
                return math.inf                 # too few spanners left
        return left + missing + steps

    def preferred(self, state):
        left = state.goals_left
        if not self.fast or not left:
            return []
        action = state.action
        if action is None:
            here = state.match("at", self.man, None)[0][1]
        elif action[0] == "walk":
            here = action[2]
        else:
            here = action[1]
        carrying = state["carrying"]
        missing = self.need - len(carrying)
        if missing > 0:
            for atom in self.tools.get(here, ()):
                if atom in state:
                    return [("pickup_spanner", here, atom[1], self.man)]
        if here == self.target:
            done = self.need - left
            tool = None
            if 0 <= done < len(carrying) and ("usable", carrying[done][1]) in state:
                tool = carrying[done][1]
            else:
                for _, spanner in carrying:
                    if ("usable", spanner) in state:
                        tool = spanner
                        break
            if tool is None:
                return []
            nut = None
            if 0 <= done < self.need and self.loose_atoms[done] in state:
                nut = self.nuts[done]
            else:
                for atom in self.loose_atoms:
                    if atom in state:
                        nut = atom[1]
                        break
            if nut is None:
                return []
            return [("tighten_nut", here, tool, self.man, nut)]
        for there in self.ways.get(here, ()):
            if self.full[there] >= missing:
                return [("walk", here, there, self.man)]
        return []

    # tasks of an unusual kind

    def general(self, state, left):
        big = self.big
        place_of = dict(state["at"])
        usable = {spanner: True for (spanner,) in state["usable"]}
        carried = {}
        for man, spanner in state["carrying"]:
            if spanner in usable:
                carried[man] = carried.get(man, 0) + 1
        nuts = []
        others = []
        for goal in state.unsatisfied_goals:
            if goal[0] == "tightened":
                nuts.append(goal[1])
            else:
                others.append(goal)
        need = len(nuts)
        distance = self.graph.distance
        lost = big * (2 * left + 2 * need + 2)      # more than any regular value

        if not nuts:
            value = big * left
            for goal in others:
                if goal[0] == "at" and goal[1] in self.men and goal[1] in place_of:
                    steps = distance(place_of[goal[1]], goal[2])
                    return value + steps if steps < big else lost
                if goal[0] == "carrying" and goal[1] in place_of and goal[2] in place_of:
                    steps = distance(place_of[goal[1]], place_of[goal[2]])
                    return value + steps if steps < big else lost
            return value

        nut_places = list(dict.fromkeys(place_of[nut] for nut in nuts if nut in place_of))
        tool_places = [place for what, place in place_of.items() if what in usable]
        result = lost
        for man in self.men:
            here = place_of.get(man)
            if here is None:
                continue
            near_nut = math.inf
            reachable = True
            for place in nut_places:
                steps = distance(here, place)
                if steps == math.inf:
                    reachable = False
                elif steps < near_nut:
                    near_nut = steps
            if not reachable:
                if len(self.men) == 1:
                    return math.inf
                continue
            have = carried.get(man, 0)
            missing = need - have
            if missing < 0:
                missing = 0
            steps = near_nut if have else math.inf
            if missing:
                ahead = 0
                for place in tool_places:
                    way = distance(here, place)
                    if way < math.inf:
                        ahead += 1
                        if way < steps:
                            steps = way
                if ahead < missing:
                    if len(self.men) == 1:
                        return math.inf
                    continue
            if steps == math.inf:
                continue
            value = big * (left + missing) + steps
            if value < result:
                result = value
        return result
