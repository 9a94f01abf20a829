; 4 balls, 2 rooms, 2 grippers
(define (problem gripper-4-2-2)
  (:domain gripper)
  (:objects
    room1 room2 - room
    ball1 ball2 ball3 ball4 - ball
    hand1 hand2 - gripper)
  (:init
    (at-robby room1)
    (free hand1)
    (free hand2)
    (at ball1 room1)
    (at ball2 room1)
    (at ball3 room1)
    (at ball4 room1))
  (:goal (and
    (at ball1 room2)
    (at ball2 room2)
    (at ball3 room2)
    (at ball4 room2))))
