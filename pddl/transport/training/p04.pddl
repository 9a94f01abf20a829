(define (problem transport-3-2-6-2)
  (:domain transport)
  (:objects
    v1 v2 v3 - vehicle
    p1 p2 - package
    l1 l2 l3 l4 l5 l6 - location
    c0 c1 c2 - size)
  (:init
    (capacity-predecessor c0 c1)
    (capacity-predecessor c1 c2)
    (capacity v1 c1)
    (at v1 l3)
    (capacity v2 c1)
    (at v2 l6)
    (capacity v3 c2)
    (at v3 l4)
    (at p1 l2)
    (at p2 l1)
    (road l5 l4)
    (road l4 l5)
    (road l3 l4)
    (road l4 l3)
    (road l1 l4)
    (road l4 l1)
    (road l6 l3)
    (road l3 l6)
    (road l2 l5)
    (road l5 l2))
  (:goal (and
    (at p1 l1)
    (at p2 l6))))
