; 1 balls, 2 rooms, 2 grippers
(define (problem gripper-1-2-2)
  (:domain gripper)
  (:objects
    room1 room2 - room
    ball1 - ball
    hand1 hand2 - gripper)
  (:init
    (at-robby room1)
    (free hand1)
    (free hand2)
    (at ball1 room1))
  (:goal (and
    (at ball1 room2))))
