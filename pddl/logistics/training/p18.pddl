; 8 packages, 5 cities of 3 places each, 2 airplanes
(define (problem logistics-8-5-3-2)
  (:domain logistics)
  (:objects
    city1 city2 city3 city4 city5 - city
    city1-airport city2-airport city3-airport city4-airport city5-airport - airport
    city1-place1 city1-place2 city2-place1 city2-place2 city3-place1 city3-place2 city4-place1
    city4-place2 city5-place1 city5-place2 - location
    truck1 truck2 truck3 truck4 truck5 - truck
    plane1 plane2 - airplane
    package1 package2 package3 package4 package5 package6 package7 package8 - package)
  (:init
    (in-city city1-airport city1)
    (in-city city1-place1 city1)
    (in-city city1-place2 city1)
    (in-city city2-airport city2)
    (in-city city2-place1 city2)
    (in-city city2-place2 city2)
    (in-city city3-airport city3)
    (in-city city3-place1 city3)
    (in-city city3-place2 city3)
    (in-city city4-airport city4)
    (in-city city4-place1 city4)
    (in-city city4-place2 city4)
    (in-city city5-airport city5)
    (in-city city5-place1 city5)
    (in-city city5-place2 city5)
    (at truck1 city1-airport)
    (at truck2 city2-place1)
    (at truck3 city3-place2)
    (at truck4 city4-airport)
    (at truck5 city5-place1)
    (at plane1 city5-airport)
    (at plane2 city2-airport)
    (at package1 city1-place2)
    (at package2 city4-place1)
    (at package3 city2-place2)
    (at package4 city2-airport)
    (at package5 city4-place1)
    (at package6 city1-place2)
    (at package7 city2-place1)
    (at package8 city5-place2))
  (:goal (and
    (at package1 city1-place1)
    (at package2 city3-place1)
    (at package3 city2-airport)
    (at package4 city3-place1)
    (at package5 city3-place1)
    (at package6 city3-place1)
    (at package7 city3-place1)
    (at package8 city2-place1))))
