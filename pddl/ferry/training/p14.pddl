; 7 cars, 9 locations
(define (problem ferry-7-9)
  (:domain ferry)
  (:objects
    car1 car2 car3 car4 car5 car6 car7 - car
    loc1 loc2 loc3 loc4 loc5 loc6 loc7 loc8 loc9 - location)
  (:init
    (empty-ferry)
    (at-ferry loc6)
    (at car1 loc2)
    (at car2 loc5)
    (at car3 loc5)
    (at car4 loc8)
    (at car5 loc8)
    (at car6 loc7)
    (at car7 loc5))
  (:goal (and
    (at car1 loc4)
    (at car2 loc9)
    (at car3 loc2)
    (at car4 loc5)
    (at car5 loc7)
    (at car6 loc2)
    (at car7 loc4))))
