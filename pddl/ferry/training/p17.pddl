; 9 cars, 11 locations
(define (problem ferry-9-11)
  (:domain ferry)
  (:objects
    car1 car2 car3 car4 car5 car6 car7 car8 car9 - car
    loc1 loc2 loc3 loc4 loc5 loc6 loc7 loc8 loc9 loc10 loc11 - location)
  (:init
    (empty-ferry)
    (at-ferry loc3)
    (at car1 loc9)
    (at car2 loc5)
    (at car3 loc5)
    (at car4 loc9)
    (at car5 loc2)
    (at car6 loc4)
    (at car7 loc7)
    (at car8 loc9)
    (at car9 loc11))
  (:goal (and
    (at car1 loc7)
    (at car2 loc6)
    (at car3 loc3)
    (at car4 loc5)
    (at car5 loc1)
    (at car6 loc7)
    (at car7 loc5)
    (at car8 loc6)
    (at car9 loc7))))
