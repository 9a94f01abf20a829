(define (problem ferry-4-6)
  (:domain ferry)
  (:objects
    car1 car2 car3 car4 - car
    loc1 loc2 loc3 loc4 loc5 loc6 - location)
  (:init
    (empty-ferry)
    (at-ferry loc4)
    (at car1 loc1)
    (at car2 loc5)
    (at car3 loc6)
    (at car4 loc2))
  (:goal (and
    (at car1 loc5)
    (at car2 loc6)
    (at car3 loc2)
    (at car4 loc3))))
