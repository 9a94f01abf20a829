; 6 blocks
(define (problem blocksworld-6)
  (:domain blocksworld)
  (:objects
    b1 b2 b3 b4 b5 b6)
  (:init
    (arm-empty)
    (clear b1)
    (on b1 b3)
    (on b3 b4)
    (on b4 b6)
    (on b6 b5)
    (on b5 b2)
    (on-table b2))
  (:goal (and
    (clear b3)
    (on b3 b1)
    (on b1 b2)
    (on b2 b5)
    (on b5 b4)
    (on b4 b6)
    (on-table b6))))
