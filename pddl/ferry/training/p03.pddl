; 1 cars, 6 locations
(define (problem ferry-1-6)
  (:domain ferry)
  (:objects
    car1 - car
    loc1 loc2 loc3 loc4 loc5 loc6 - location)
  (:init
    (empty-ferry)
    (at-ferry loc5)
    (at car1 loc2))
  (:goal (and
    (at car1 loc5))))
