; 4 cars, 8 locations
(define (problem ferry-4-8)
  (:domain ferry)
  (:objects
    car1 car2 car3 car4 - car
    loc1 loc2 loc3 loc4 loc5 loc6 loc7 loc8 - location)
  (:init
    (empty-ferry)
    (at-ferry loc3)
    (at car1 loc7)
    (at car2 loc4)
    (at car3 loc4)
    (at car4 loc1))
  (:goal (and
    (at car1 loc1)
    (at car2 loc7)
    (at car3 loc3)
    (at car4 loc6))))
