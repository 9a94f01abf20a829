; 3 cars, 7 locations
(define (problem ferry-3-7)
  (:domain ferry)
  (:objects
    car1 car2 car3 - car
    loc1 loc2 loc3 loc4 loc5 loc6 loc7 - location)
  (:init
    (empty-ferry)
    (at-ferry loc7)
    (at car1 loc3)
    (at car2 loc4)
    (at car3 loc1))
  (:goal (and
    (at car1 loc2)
    (at car2 loc6)
    (at car3 loc7))))
