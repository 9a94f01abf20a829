; 1 cars, 5 locations
(define (problem ferry-1-5)
  (:domain ferry)
  (:objects
    car1 - car
    loc1 loc2 loc3 loc4 loc5 - location)
  (:init
    (empty-ferry)
    (at-ferry loc1)
    (at car1 loc1))
  (:goal (and
    (at car1 loc5))))
