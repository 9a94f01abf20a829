; 1 packages, 2 cities of 2 places each, 1 airplanes
(define (problem logistics-1-2-2-1)
  (:domain logistics)
  (:objects
    city1 city2 - city
    city1-airport city2-airport - airport
    city1-place1 city2-place1 - location
    truck1 truck2 - truck
    plane1 - airplane
    package1 - package)
  (:init
    (in-city city1-airport city1)
    (in-city city1-place1 city1)
    (in-city city2-airport city2)
    (in-city city2-place1 city2)
    (at truck1 city1-airport)
    (at truck2 city2-place1)
    (at plane1 city1-airport)
    (at package1 city1-airport))
  (:goal (and
    (at package1 city2-place1))))
