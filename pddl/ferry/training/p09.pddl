(define (problem ferry-4-5)
  (:domain ferry)
  (:objects
    car1 car2 car3 car4 - car
    loc1 loc2 loc3 loc4 loc5 - location)
  (:init
    (empty-ferry)
    (at-ferry loc4)
    (at car1 loc5)
    (at car2 loc3)
    (at car3 loc2)
    (at car4 loc3))
  (:goal (and
    (at car1 loc3)
    (at car2 loc2)
    (at car3 loc1)
    (at car4 loc4))))
