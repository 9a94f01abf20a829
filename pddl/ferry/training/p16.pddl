; 8 cars, 10 locations
(define (problem ferry-8-10)
  (:domain ferry)
  (:objects
    car1 car2 car3 car4 car5 car6 car7 car8 - car
    loc1 loc2 loc3 loc4 loc5 loc6 loc7 loc8 loc9 loc10 - location)
  (:init
    (empty-ferry)
    (at-ferry loc3)
    (at car1 loc6)
    (at car2 loc8)
    (at car3 loc7)
    (at car4 loc8)
    (at car5 loc7)
    (at car6 loc4)
    (at car7 loc1)
    (at car8 loc5))
  (:goal (and
    (at car1 loc8)
    (at car2 loc5)
    (at car3 loc4)
    (at car4 loc1)
    (at car5 loc5)
    (at car6 loc10)
    (at car7 loc5)
    (at car8 loc6))))
