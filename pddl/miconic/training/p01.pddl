; 1 passengers, 4 floors
(define (problem miconic-1-4)
  (:domain miconic)
  (:objects
    p1 - passenger
    f1 f2 f3 f4 - floor)
  (:init
    (lift-at f2)
    (origin p1 f1)
    (destin p1 f2)
    (above f1 f2)
    (above f1 f3)
    (above f1 f4)
    (above f2 f3)
    (above f2 f4)
    (above f3 f4))
  (:goal (and
    (served p1))))
