; A robot with grippers that carries balls between rooms, all of them one move apart.
(define (domain gripper)
  (:requirements :strips :typing)
  (:types room ball gripper - object)
  (:predicates
    (at-robby ?where - room)
    (at ?what - ball ?where - room)
    (free ?hand - gripper)
    (carry ?what - ball ?hand - gripper))

  (:action move
    :parameters (?here - room ?there - room)
    :precondition (at-robby ?here)
    :effect (and (at-robby ?there) (not (at-robby ?here))))

  (:action pick
    :parameters (?what - ball ?where - room ?hand - gripper)
    :precondition (and (at ?what ?where) (at-robby ?where) (free ?hand))
    :effect (and
      (carry ?what ?hand)
      (not (at ?what ?where))
      (not (free ?hand))))

  (:action drop
    :parameters (?what - ball ?where - room ?hand - gripper)
    :precondition (and (carry ?what ?hand) (at-robby ?where))
    :effect (and
      (at ?what ?where)
      (free ?hand)
      (not (carry ?what ?hand)))))
