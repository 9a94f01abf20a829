; 6 cars, 9 locations
(define (problem ferry-6-9)
  (:domain ferry)
  (:objects
    car1 car2 car3 car4 car5 car6 - car
    loc1 loc2 loc3 loc4 loc5 loc6 loc7 loc8 loc9 - location)
  (:init
    (empty-ferry)
    (at-ferry loc7)
    (at car1 loc5)
    (at car2 loc3)
    (at car3 loc3)
    (at car4 loc3)
    (at car5 loc2)
    (at car6 loc5))
  (:goal (and
    (at car1 loc9)
    (at car2 loc4)
    (at car3 loc4)
    (at car4 loc9)
    (at car5 loc4)
    (at car6 loc1))))
