(define (problem ferry-5-6)
  (:domain ferry)
  (:objects
    car1 car2 car3 car4 car5 - car
    loc1 loc2 loc3 loc4 loc5 loc6 - location)
  (:init
    (empty-ferry)
    (at-ferry loc4)
    (at car1 loc5)
    (at car2 loc4)
    (at car3 loc5)
    (at car4 loc2)
    (at car5 loc4))
  (:goal (and
    (at car1 loc4)
    (at car2 loc5)
    (at car3 loc2)
    (at car4 loc5)
    (at car5 loc5))))
