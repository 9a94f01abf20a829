(define (problem ferry-1-4)
  (:domain ferry)
  (:objects
    car1 - car
    loc1 loc2 loc3 loc4 - location)
  (:init
    (empty-ferry)
    (at-ferry loc2)
    (at car1 loc2))
  (:goal (and
    (at car1 loc4))))
