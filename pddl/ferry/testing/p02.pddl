; 2 cars, 6 locations
(define (problem ferry-2-6)
  (:domain ferry)
  (:objects
    car1 car2 - car
    loc1 loc2 loc3 loc4 loc5 loc6 - location)
  (:init
    (empty-ferry)
    (at-ferry loc2)
    (at car1 loc5)
    (at car2 loc4))
  (:goal (and
    (at car1 loc6)
    (at car2 loc2))))
