; 2 cars, 6 locations
(define (problem ferry-2-6)
  (:domain ferry)
  (:objects
    car1 car2 - car
    loc1 loc2 loc3 loc4 loc5 loc6 - location)
  (:init
    (empty-ferry)
    (at-ferry loc6)
    (at car1 loc5)
    (at car2 loc6))
  (:goal (and
    (at car1 loc3)
    (at car2 loc3))))
