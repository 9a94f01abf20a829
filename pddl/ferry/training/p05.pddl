(define (problem ferry-2-4)
  (:domain ferry)
  (:objects
    car1 car2 - car
    loc1 loc2 loc3 loc4 - location)
  (:init
    (empty-ferry)
    (at-ferry loc3)
    (at car1 loc3)
    (at car2 loc1))
  (:goal (and
    (at car1 loc4)
    (at car2 loc2))))
