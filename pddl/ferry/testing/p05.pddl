; 5 cars, 9 locations
(define (problem ferry-5-9)
  (:domain ferry)
  (:objects
    car1 car2 car3 car4 car5 - car
    loc1 loc2 loc3 loc4 loc5 loc6 loc7 loc8 loc9 - location)
  (:init
    (empty-ferry)
    (at-ferry loc6)
    (at car1 loc8)
    (at car2 loc9)
    (at car3 loc5)
    (at car4 loc9)
    (at car5 loc8))
  (:goal (and
    (at car1 loc7)
    (at car2 loc7)
    (at car3 loc6)
    (at car4 loc3)
    (at car5 loc2))))
