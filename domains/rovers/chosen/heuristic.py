import math

from heurgen import Heuristic
from heurgen.graphs import Graph

LIMIT = 24          # items that a rover collects before it sends them
EARLY = 8           # items that are enough to send if the rover can send from where it is

SOIL = "communicated_soil_data"
ROCK = "communicated_rock_data"
IMAGE = "communicated_image_data"

HAVE = {SOIL: "have_soil_analysis", ROCK: "have_rock_analysis", IMAGE: "have_image"}
SEND = {SOIL: "communicate_soil_data", ROCK: "communicate_rock_data", IMAGE: "communicate_image_data"}
SAMPLE_AT = {SOIL: "at_soil_sample", ROCK: "at_rock_sample"}
SAMPLE = {SOIL: "sample_soil", ROCK: "sample_rock"}

# kinds of jobs
TAKE_IMAGE, TAKE_SAMPLE, OTHER = 0, 1, 2


def popcount(number):
    return bin(number).count("1")


class RoverHeuristic(Heuristic):
    """Follows blocks of jobs planned in advance: one rover collects some items, then sends them all."""

    def __init__(self, task):
        static = task.static
        init = task.initial_state
        self.waypoints = task.objects_of_type("waypoint")
        count = len(self.waypoints)
        self.big = count + 1                    # stands for "no way"
        self.weight = 4 * count + 50            # more than the steps to any next item

        visible = static.get("visible", ())
        lander_at = {}
        for lander, where in static.get("at_lander", ()):
            lander_at.setdefault(where, lander)
        self.comm_at = {}
        for a, b in visible:
            if b in lander_at and a not in self.comm_at:
                self.comm_at[a] = (lander_at[b], b)
        self.comm_list = list(self.comm_at)

        self.edges = {}
        for rover, a, b in static.get("can_traverse", ()):
            if (a, b) in visible:
                self.edges.setdefault(rover, []).append((a, b))
        self.graphs = {}
        self.tables = {}
        self.comm_tables = {}

        self.others = [goal for goal in task.goal if goal[0] not in HAVE]
        self.negative = list(task.negative_goal)
        self.has_others = bool(self.others or self.negative)

        open_main = [goal for goal in init.unsatisfied_goals if goal[0] in HAVE]
        self.total = len(open_main)
        self.blocks = []
        self.make_plan(task, list(dict.fromkeys(open_main)))
        block_of = []
        for index, block in enumerate(self.blocks):
            block_of.extend([index] * len(block[2]))
        while len(block_of) <= self.total:
            block_of.append(max(0, len(self.blocks) - 1))
        self.block_of = block_of

    # ---------------------------------------------------------------- maps

    def graph(self, rover):
        graph = self.graphs.get(rover)
        if graph is None:
            graph = Graph(self.edges.get(rover, []), nodes=self.waypoints)
            self.graphs[rover] = graph
        return graph

    def as_table(self, distances):
        big = self.big
        table = {}
        for node in self.waypoints:
            value = distances[node]
            table[node] = int(value) if value < big else big
        return table

    def table(self, rover, target):
        """Distances of this rover from every waypoint to the target."""
        key = (rover, target)
        table = self.tables.get(key)
        if table is None:
            table = self.as_table(self.graph(rover).distances([target], backwards=True))
            self.tables[key] = table
        return table

    def comm_table(self, rover):
        """Distances of this rover from every waypoint to the nearest that sees a lander."""
        table = self.comm_tables.get(rover)
        if table is None:
            if self.comm_list:
                table = self.as_table(self.graph(rover).distances(self.comm_list, backwards=True))
            else:
                table = dict.fromkeys(self.waypoints, self.big)
            self.comm_tables[rover] = table
        return table

    # ---------------------------------------------------------------- the plan

    def make_plan(self, task, goals):
        static = task.static
        init = task.initial_state
        big = self.big
        comm_at = self.comm_at
        comm_list = self.comm_list
        blocks = self.blocks
        place = dict(init["at"])
        start = dict(place)
        rovers = [rover for rover in task.objects_of_type("rover") if rover in place]
        current = []
        planned = {}

        def flush(rover):
            if not current:
                return
            blocks.append((rover, self.comm_table(rover), tuple(current)))
            current.clear()
            if comm_list:
                node = self.graph(rover).distances([place[rover]]).nearest(comm_list)[0]
                if node is not None:
                    place[rover] = node

        def flush_if_due(rover):
            size = len(current)
            if size >= LIMIT or (size >= EARLY and place[rover] in comm_at):
                flush(rover)

        reach_of = {}

        def reach(rover):
            """Waypoints that the rover can reach and send from, perhaps after a drive."""
            found = reach_of.get(rover)
            if found is None:
                distances = self.graph(rover).distances([start[rover]])
                to_comm = self.comm_table(rover)
                found = {}
                for node in self.waypoints:
                    if distances[node] < big and to_comm[node] < big:
                        found[node] = True
                reach_of[rover] = found
            return found

        # --- what some rover has already

        held = {}
        for goal in goals:
            name = HAVE[goal[0]]
            if init[name]:
                for arguments in init.match(name, None, *goal[1:]):
                    rover = arguments[0]
                    if rover in place and self.comm_table(rover)[place[rover]] < big:
                        held.setdefault(rover, []).append(goal)
                        planned[goal] = True
                        break
        for rover, own in held.items():
            for goal in own:
                current.append(((HAVE[goal[0]], rover) + tuple(goal[1:]), goal, OTHER))
                if len(current) >= LIMIT:
                    flush(rover)
            flush(rover)

        # --- images

        images = sorted(goal for goal in goals if goal[0] == IMAGE and goal not in planned)
        if images:
            self.plan_images(static, images, place, rovers, reach, current, flush, flush_if_due, planned)

        # --- samples

        stores = {}
        for store, rover in static.get("store_of", ()):
            stores.setdefault(rover, []).append((("empty", store), store))
        equipped = {
            SOIL: {rover for (rover,) in static.get("equipped_for_soil_analysis", ())},
            ROCK: {rover for (rover,) in static.get("equipped_for_rock_analysis", ())},
        }
        remaining = [
            goal for goal in goals
            if goal[0] != IMAGE and goal not in planned and (SAMPLE_AT[goal[0]], goal[1]) in init
        ]
        samplers = [
            rover for rover in rovers
            if rover in stores and (rover in equipped[SOIL] or rover in equipped[ROCK])
        ]
        while remaining and samplers:
            best = None
            best_own = []
            for rover in samplers:
                reachable = reach(rover)
                own = [goal for goal in remaining if rover in equipped[goal[0]] and goal[1] in reachable]
                if len(own) > len(best_own):
                    best = rover
                    best_own = own
            if best is None:
                break
            samplers.remove(best)
            graph = self.graph(best)
            own_stores = tuple(stores[best])
            waiting = {}
            for goal in best_own:
                waiting.setdefault(goal[1], []).append(goal)
            while waiting:
                node = graph.distances([place[best]]).nearest(list(waiting))[0]
                if node is None:
                    break
                place[best] = node
                for goal in waiting.pop(node):
                    name = goal[0]
                    current.append((
                        (HAVE[name], best, node), goal, TAKE_SAMPLE, (SAMPLE_AT[name], node), node,
                        self.table(best, node), own_stores, SAMPLE[name]))
                    planned[goal] = True
                flush_if_due(best)
            flush(best)
            remaining = [goal for goal in remaining if goal not in planned]

        # --- what found no executor

        rest = tuple((goal, goal, OTHER) for goal in goals if goal not in planned)
        if rest:
            blocks.append((None, None, rest))

    def plan_images(self, static, images, place, rovers, reach, current, flush, flush_if_due, planned):
        big = self.big
        seen_from = {}                          # objective -> waypoints
        for objective, node in static.get("visible_from", ()):
            seen_from.setdefault(objective, []).append(node)
        objective_mask = {}
        mode_mask = {}
        for index, (_, objective, mode) in enumerate(images):
            bit = 1 << index
            objective_mask[objective] = objective_mask.get(objective, 0) | bit
            mode_mask[mode] = mode_mask.get(mode, 0) | bit
        node_mask = {}                          # waypoint -> goals whose objective is seen from there
        for objective, mask in objective_mask.items():
            for node in seen_from.get(objective, ()):
                node_mask[node] = node_mask.get(node, 0) | mask

        imaging = {rover for (rover,) in static.get("equipped_for_imaging", ())}
        known = dict.fromkeys(rovers, True)
        supported = {}
        for camera, mode in static.get("supports", ()):
            supported[camera] = supported.get(camera, 0) | mode_mask.get(mode, 0)
        targets = {}
        for camera, target in static.get("calibration_target", ()):
            targets.setdefault(camera, []).append(target)

        rover_mask = {}
        cameras = []                            # (camera, rover, calibration places, doable, easy)
        for camera, rover in static.get("on_board", ()):
            modes = supported.get(camera, 0)
            if rover not in imaging or rover not in known or not modes:
                continue
            reachable = reach(rover)
            if rover not in rover_mask:
                mask = 0
                for node in reachable:
                    mask |= node_mask.get(node, 0)
                rover_mask[rover] = mask
            calibration = {}
            easy = 0
            for target in targets.get(camera, ()):
                for node in seen_from.get(target, ()):
                    if node in reachable and node not in calibration:
                        calibration[node] = target
                        easy |= node_mask.get(node, 0)
            if calibration:
                cameras.append((camera, rover, calibration, modes & rover_mask[rover], easy & modes))

        def add(camera, rover, calibration, where, node, goal):
            _, objective, mode = goal
            to_calibrate = self.table(rover, where)
            to_image = self.table(rover, node)
            current.append((
                ("have_image", rover, objective, mode), goal, TAKE_IMAGE, ("calibrated", camera, rover),
                camera, calibration[where], where, node, to_calibrate, to_image, to_image[where] + 2,
                objective, mode))
            planned[goal] = True

        left = (1 << len(images)) - 1

        # calibration and image from the same waypoint

        candidates = list(cameras)
        while left and candidates:
            best = None
            best_key = (0, 0)
            for entry in candidates:
                mask = entry[4] & left
                if mask:
                    key = (popcount(mask), len(entry[2]))
                    if key > best_key:
                        best_key = key
                        best = entry
            if best is None:
                break
            candidates.remove(best)
            camera, rover, calibration, _, easy = best
            graph = self.graph(rover)
            to_comm = self.comm_table(rover)
            mine = easy & left
            while mine:
                distances = graph.distances([place[rover]])
                choice = None
                choice_score = 0.0
                for node in calibration:
                    hit = node_mask.get(node, 0) & mine
                    if hit:
                        distance = distances[node]
                        if distance < big:
                            score = popcount(hit) / (1.0 + distance + to_comm[node])
                            if score > choice_score:
                                choice_score = score
                                choice = node
                if choice is None:
                    break
                place[rover] = choice
                hit = node_mask[choice] & mine
                room = max(1, LIMIT - len(current))
                while hit and room:
                    bit = hit & -hit
                    hit ^= bit
                    mine ^= bit
                    left ^= bit
                    room -= 1
                    add(camera, rover, calibration, choice, choice, images[bit.bit_length() - 1])
                flush_if_due(rover)
            flush(rover)

        # calibration here, image elsewhere

        candidates = list(cameras)
        while left and candidates:
            best = None
            best_key = (0, 0)
            for entry in candidates:
                mask = entry[3] & left
                if mask:
                    key = (popcount(mask), len(entry[2]))
                    if key > best_key:
                        best_key = key
                        best = entry
            if best is None:
                break
            candidates.remove(best)
            camera, rover, calibration, doable, _ = best
            graph = self.graph(rover)
            reachable = reach(rover)
            mine = doable & left
            while mine:
                bit = mine & -mine
                mine ^= bit
                goal = images[bit.bit_length() - 1]
                nodes = [node for node in seen_from.get(goal[1], ()) if node in reachable]
                if not nodes:
                    continue
                back = graph.distances(nodes, backwards=True)
                ahead = graph.distances([place[rover]])
                where = None
                shortest = math.inf
                for node in calibration:
                    length = ahead[node] + back[node]
                    if length < shortest:
                        shortest = length
                        where = node
                if where is None:
                    continue
                node = graph.distances([where]).nearest(nodes)[0]
                if node is None:
                    continue
                add(camera, rover, calibration, where, node, goal)
                left ^= bit
                place[rover] = node
                flush_if_due(rover)
            flush(rover)

    # ---------------------------------------------------------------- the state's place in the plan

    def current(self, state, left):
        """The block at work, its items held but not sent, the next job to do, the first item to send."""
        blocks = self.blocks
        start = index = self.block_of[self.total - left]
        upwards = True
        while True:
            block = blocks[index]
            held = 0
            todo = None
            ready = None
            for job in block[2]:
                if job[0] in state:
                    if job[1] not in state:
                        held += 1
                        if ready is None:
                            ready = job
                elif todo is None and job[1] not in state:
                    todo = job
            if held or todo is not None:
                return block, held, todo, ready
            if upwards:
                index += 1
                if index < len(blocks):
                    continue
                upwards = False
                index = start
            index -= 1
            if index < 0:
                return None

    def holder(self, state, job):
        """Of a sample that another rover took: the rover, its place, its distance to send it; None if lost."""
        atom = job[0]
        place = dict(state["at"])
        best = None
        shortest = self.big
        for arguments in state.match(atom[0], None, atom[2]):
            rover = arguments[0]
            node = place.get(rover)
            if node is not None:
                distance = self.comm_table(rover)[node]
                if distance < shortest:
                    shortest = distance
                    best = (rover, node, distance)
        return best

    def open_others(self, state):
        number = 0
        for goal in self.others:
            if goal not in state:
                number += 1
        for goal in self.negative:
            if goal in state:
                number += 1
        return number

    def finish(self, state):
        """Steps for goals of other kinds, once everything is sent."""
        place = dict(state["at"])
        steps = 0
        for goal in self.others:
            if goal not in state:
                if goal[0] == "at" and goal[1] in place:
                    steps += self.table(goal[1], goal[2])[place[goal[1]]]
                else:
                    steps += 1
        for goal in self.negative:
            if goal in state:
                steps += 1
        return max(1, steps)

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        value = 0
        if self.has_others:
            left -= self.open_others(state)
            if left <= 0:
                return self.finish(state)
            value = self.weight * (len(self.others) + len(self.negative))
        found = self.current(state, left)
        if found is None:
            return value + 2 * self.weight * left
        block, held, todo, _ = found
        value += self.weight * (2 * left - held)
        rover = block[0]
        node = None
        for item in state["at"]:
            if item[0] == rover:
                node = item[1]
                break
        if node is None:
            return value + 1
        if todo is None:
            return value + block[1][node] + 1
        kind = todo[2]
        if kind == TAKE_IMAGE:
            if todo[3] in state:
                return value + todo[9][node] + 1
            return value + todo[8][node] + todo[10]
        if kind == TAKE_SAMPLE:
            if todo[3] in state:
                value += todo[5][node] + 1
                for store in todo[6]:
                    if store[0] in state:
                        return value
                return value + 1
            other = self.holder(state, todo)
            if other is None:
                return math.inf                 # the sample is gone and nobody can send its analysis
            return value + other[2] + 1
        return value + 1

    # ---------------------------------------------------------------- the next action

    def move(self, rover, node, table):
        here = table[node]
        for after in self.graph(rover).successors(node):
            if table[after] < here:
                return [("navigate", rover, node, after)]
        return []

    def send(self, rover, node, goal):
        link = self.comm_at.get(node)
        if link is None:
            return self.move(rover, node, self.comm_table(rover))
        return [(SEND[goal[0]], rover, link[0]) + tuple(goal[1:]) + (node, link[1])]

    def preferred_finish(self, state):
        place = dict(state["at"])
        for goal in self.others:
            if goal not in state and goal[0] == "at" and goal[1] in place:
                actions = self.move(goal[1], place[goal[1]], self.table(goal[1], goal[2]))
                if actions:
                    return actions
        return []

    def preferred(self, state):
        left = state.goals_left
        if not left:
            return []
        if self.has_others:
            left -= self.open_others(state)
            if left <= 0:
                return self.preferred_finish(state)
        found = self.current(state, left)
        if found is None:
            return []
        block, _, todo, ready = found
        rover = block[0]
        node = None
        for item in state["at"]:
            if item[0] == rover:
                node = item[1]
                break
        if node is None:
            return []
        if todo is None:
            return self.send(rover, node, ready[1])
        kind = todo[2]
        if kind == TAKE_IMAGE:
            if todo[3] in state:
                if node == todo[7]:
                    return [("take_image", rover, node, todo[11], todo[4], todo[12])]
                return self.move(rover, node, todo[9])
            if node == todo[6]:
                return [("calibrate", rover, todo[4], todo[5], node)]
            return self.move(rover, node, todo[8])
        if kind == TAKE_SAMPLE:
            if todo[3] in state:
                if node != todo[4]:
                    return self.move(rover, node, todo[5])
                for store in todo[6]:
                    if store[0] in state:
                        return [(todo[7], rover, store[1], node)]
                return [("drop", rover, todo[6][0][1])]
            other = self.holder(state, todo)
            if other is not None:
                return self.send(other[0], other[1], todo[1])
        return []
