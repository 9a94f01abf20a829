(define (problem ferry-3-5)
  (:domain ferry)
  (:objects
    car1 car2 car3 - car
    loc1 loc2 loc3 loc4 loc5 - location)
  (:init
    (empty-ferry)
    (at-ferry loc4)
    (at car1 loc5)
    (at car2 loc2)
    (at car3 loc4))
  (:goal (and
    (at car1 loc3)
    (at car2 loc4)
    (at car3 loc5))))
