; 1 spanners, 1 nuts, 4 locations
(define (problem spanner-1-1-4)
  (:domain spanner)
  (:objects
    bob - man
    spanner1 - spanner
    nut1 - nut
    shed location1 location2 location3 location4 gate - location)
  (:init
    (at bob shed)
    (at spanner1 location2)
    (usable spanner1)
    (at nut1 gate)
    (loose nut1)
    (link shed location1)
    (link location1 location2)
    (link location2 location3)
    (link location3 location4)
    (link location4 gate))
  (:goal (and
    (tightened nut1))))
