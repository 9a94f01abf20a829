; 5 blocks
(define (problem blocksworld-5)
  (:domain blocksworld)
  (:objects
    b1 b2 b3 b4 b5)
  (:init
    (arm-empty)
    (clear b3)
    (on b3 b2)
    (on b2 b4)
    (on b4 b5)
    (on b5 b1)
    (on-table b1))
  (:goal (and
    (clear b2)
    (on b2 b4)
    (on b4 b3)
    (on b3 b1)
    (on b1 b5)
    (on-table b5))))
