from functools import partial
from itertools import filterfalse
from operator import contains

from heurgen import Heuristic


class SatelliteHeuristic(Heuristic):
    """Takes the images in a fixed order, each with a fixed instrument, then turns satellites to their goals."""

    WEIGHT = 8      # more than the steps that one image can take (6)

    def __init__(self, task):
        init = task.initial_state
        position = dict(init["pointing"])
        available = {sat for (sat,) in init["power_avail"]}
        powered = {ins for (ins,) in init["power_on"]}
        calibrated = {ins for (ins,) in init["calibrated"]}

        board = {}
        sat_of = {}
        for ins, sat in task.static.get("on_board", ()):
            board.setdefault(sat, []).append(ins)
            sat_of.setdefault(ins, sat)
        supports = {}
        for ins, mode in task.static.get("supports", ()):
            supports.setdefault(ins, {})[mode] = True
        targets = {}
        for ins, target in task.static.get("calibration_target", ()):
            targets.setdefault(ins, []).append(target)
        self.board = board

        # What is asked for.
        need = {}               # direction -> modes
        atom_of = {}
        end = {}                # satellite -> direction it must point to at the end
        self.pointing_goals = []
        for atom in task.goal:
            if atom[0] == "have_image":
                if atom not in init and (atom[1], atom[2]) not in atom_of:
                    need.setdefault(atom[1], []).append(atom[2])
                    atom_of[atom[1], atom[2]] = atom
            elif atom[0] == "pointing":
                end[atom[1]] = atom[2]
                self.pointing_goals.append(atom)

        # Instruments that can be used, their calibration target, and what it costs to get them ready.
        target_of = {}
        cost_of = {}
        for ins, sat in sat_of.items():
            if ins not in supports or ins not in targets or sat not in position:
                continue
            if sat not in available and not any(other in powered for other in board[sat]):
                continue
            here = position[sat]
            own = targets[ins]
            if here in own:
                target = here
            else:
                target = next((place for place in own if place in need), own[0])
            cost = 0 if target == here or target in need else 1
            if ins in powered:
                cost -= 2 if ins in calibrated else 1
            elif sat not in available:
                cost += 1
            goal = end.get(sat)
            if goal is not None:
                if goal in need:
                    cost -= goal != here
                elif goal == here:
                    cost += 1
            target_of[ins] = target
            cost_of[ins] = cost

        # A few instruments that together support all modes.
        remaining = {}
        for modes in need.values():
            for mode in modes:
                remaining[mode] = remaining.get(mode, 0) + 1
        all_modes = list(remaining)
        chosen = []
        used = set()
        while remaining:
            best = None
            best_key = None
            for ins, cost in cost_of.items():
                gain = 0
                for mode in supports[ins]:
                    gain += remaining.get(mode, 0)
                if gain:
                    key = (-gain, cost + (sat_of[ins] in used))
                    if best_key is None or key < best_key:
                        best, best_key = ins, key
            if best is None:
                break
            chosen.append(best)
            used.add(sat_of[best])
            for mode in supports[best]:
                remaining.pop(mode, None)
        coverable = [mode for mode in all_modes if mode not in remaining]
        for ins in list(chosen):            # drop what later choices made redundant
            others = [other for other in chosen if other != ins]
            if all(any(mode in supports[other] for other in others) for mode in coverable):
                chosen = others
        chosen.sort(key=lambda ins: ins not in powered)

        # Each direction is visited by as few of them as possible.
        work = {ins: {} for ins in chosen}  # instrument -> direction -> modes
        impossible = []
        for direction, modes in need.items():
            open_modes = []
            for mode in modes:
                if mode in remaining:
                    impossible.append(atom_of[direction, mode])
                else:
                    open_modes.append(mode)
            while open_modes:
                best = None
                best_gain = 0
                for ins in chosen:
                    own = supports[ins]
                    gain = sum(1 for mode in open_modes if mode in own)
                    if gain > best_gain:
                        best, best_gain = ins, gain
                own = supports[best]
                work[best][direction] = [mode for mode in open_modes if mode in own]
                open_modes = [mode for mode in open_modes if mode not in own]

        # The order of the images, and all that is needed for each.
        order = []
        for ins in chosen:
            sat = sat_of[ins]
            target = target_of[ins]
            goal = end.get(sat)
            places = sorted(work[ins], key=lambda place: 0 if place == target else 2 if place == goal else 1)
            on = ("power_on", ins)
            ready = ("calibrated", ins)
            free = ("power_avail", sat)
            at_target = ("pointing", sat, target)
            for place in places:
                at_place = ("pointing", sat, place)
                for mode in work[ins][place]:
                    order.append((atom_of[place, mode], on, ready, free, at_target, at_place,
                                  int(place == target), ins, sat, target, place, mode))
        literals = len(task.goal) + len(task.negative_goal)
        total = len(order) + len(impossible)
        self.atoms = []
        self.jobs = {}
        for index, entry in enumerate(order):
            base = literals + self.WEIGHT * (total - index)
            self.atoms.append(entry[0])
            self.jobs[entry[0]] = (base,) + entry[1:]
        for index, atom in enumerate(impossible, len(order)):
            base = literals + self.WEIGHT * (total - index)
            self.atoms.append(atom)
            self.jobs[atom] = (base,) + (None,) * 11
        self.version = None
        self.job = None

    def find_job(self, state):
        """The first image of the order that is missing (None if there is none)."""
        version = state.version("have_image")
        if version != self.version:
            self.job = self.jobs.get(next(filterfalse(partial(contains, state), self.atoms), None))
            self.version = version
        return self.job

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        job = self.find_job(state)
        if job is None:
            return left
        base, on, ready, free, at_target, at_place, same, _, _, _, _, _ = job
        if on is None:
            return base + 6
        if on in state:
            if ready in state:
                return base + (1 if at_place in state else 2)
            return base + (3 if at_target in state else 4) - same
        steps = (4 if at_target in state else 5) - same
        if free not in state:
            steps += 1
        return base + steps

    def preferred(self, state):
        """The step that the value counts on."""
        job = self.find_job(state)
        if job is None:
            for atom in self.pointing_goals:
                if atom not in state:
                    return self.turn(state, atom[1], atom[2])
            return []
        _, on, ready, free, at_target, at_place, _, ins, sat, target, place, mode = job
        if on is None:
            return []
        if on in state:
            if ready in state:
                if at_place in state:
                    return [("take_image", sat, place, ins, mode)]
                return self.turn(state, sat, place)
            if at_target in state:
                return [("calibrate", sat, ins, target)]
            return self.turn(state, sat, target)
        if free in state:
            return [("switch_on", ins, sat)]
        for other in self.board[sat]:
            if ("power_on", other) in state:
                return [("switch_off", other, sat)]
        return []

    @staticmethod
    def turn(state, sat, new):
        for _, old in state.match("pointing", sat, None):
            return [("turn_to", sat, new, old)]
        return []
