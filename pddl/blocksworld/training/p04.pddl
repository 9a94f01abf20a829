; 6 blocks
(define (problem blocksworld-6)
  (:domain blocksworld)
  (:objects
    b1 b2 b3 b4 b5 b6)
  (:init
    (arm-empty)
    (clear b3)
    (on b3 b2)
    (on-table b2)
    (clear b4)
    (on b4 b6)
    (on b6 b5)
    (on b5 b1)
    (on-table b1))
  (:goal (and
    (clear b3)
    (on b3 b2)
    (on b2 b1)
    (on-table b1)
    (clear b4)
    (on b4 b6)
    (on b6 b5)
    (on-table b5))))
