from heurgen import Heuristic


class LogisticsHeuristic(Heuristic):
    """Delivers one package after the other: packages left count most, then the steps for the first of them."""

    FAR = 100       # more than the steps that one package can take

    def __init__(self, task):
        self.city = dict(task.static["in-city"])
        self.goals = [(goal[1], goal[2]) for goal in task.goal if goal[0] == "at"]
        self.trucks = task.objects_of_type("truck")
        self.airplanes = task.objects_of_type("airplane")
        self.airport = {self.city[place]: place for place in task.objects_of_type("airport")}
        self.is_airplane = dict.fromkeys(self.airplanes, True)

    def __call__(self, state):
        left = state.goals_left
        if not left:
            return 0
        place_of = dict(state["at"])            # packages, trucks and airplanes
        vehicle_of = dict(state["in"])
        for package, target in self.goals:
            if place_of.get(package) != target:
                return self.FAR * left + self.steps(package, target, place_of, vehicle_of)
        return self.FAR * left

    def steps(self, package, target, place_of, vehicle_of):
        """Actions until this package is at its target, by the one way that it always takes."""
        vehicle = vehicle_of.get(package)
        place = place_of[vehicle] if vehicle else place_of[package]
        city, target_city = self.city[place], self.city[target]
        if city == target_city:
            if vehicle in self.is_airplane:
                return 1 + self.by_truck(place, target, place_of, None)
            return self.by_truck(place, target, place_of, vehicle)
        airport, target_airport = self.airport[city], self.airport[target_city]
        last_leg = self.by_truck(target_airport, target, place_of, None)
        if vehicle in self.is_airplane:
            return 2 + last_leg                             # fly, unload
        flight = 3 + self.nearest(self.airplanes, airport, place_of)
        if vehicle or place != airport:
            return self.by_truck(place, airport, place_of, vehicle) + flight + last_leg
        return flight + last_leg

    def by_truck(self, place, target, place_of, vehicle):
        """Actions to bring a package at `place` (in truck `vehicle` or on the ground) to `target` in the same city."""
        if vehicle:
            return 1 + (place != target)
        if place == target:
            return 0
        city = self.city[place]
        own = [truck for truck in self.trucks if self.city[place_of[truck]] == city]
        return 3 + self.nearest(own, place, place_of)       # load, drive, unload

    def nearest(self, vehicles, place, place_of):
        """0 if one of the vehicles is at that place, else 1."""
        return 0 if any(place_of[vehicle] == place for vehicle in vehicles) else 1
