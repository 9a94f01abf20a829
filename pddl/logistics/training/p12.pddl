; 4 packages, 3 cities of 2 places each, 1 airplanes
(define (problem logistics-4-3-2-1)
  (:domain logistics)
  (:objects
    city1 city2 city3 - city
    city1-airport city2-airport city3-airport - airport
    city1-place1 city2-place1 city3-place1 - location
    truck1 truck2 truck3 - truck
    plane1 - airplane
    package1 package2 package3 package4 - package)
  (:init
    (in-city city1-airport city1)
    (in-city city1-place1 city1)
    (in-city city2-airport city2)
    (in-city city2-place1 city2)
    (in-city city3-airport city3)
    (in-city city3-place1 city3)
    (at truck1 city1-airport)
    (at truck2 city2-place1)
    (at truck3 city3-place1)
    (at plane1 city2-airport)
    (at package1 city2-place1)
    (at package2 city3-place1)
    (at package3 city3-place1)
    (at package4 city1-place1))
  (:goal (and
    (at package1 city2-airport)
    (at package2 city3-airport)
    (at package3 city2-airport)
    (at package4 city2-place1))))
