; A robot pushes boxes, one at a time, each to a place of its own. It cannot pull.
; A location is clear when no box is on it: the robot's own location is clear too. Walls are locations that are
; adjacent to nothing.
(define (domain sokoban)
  (:requirements :strips :typing)
  (:types location direction box - object)
  (:constants down up left right - direction)
  (:predicates
    (adjacent ?from - location ?to - location ?direction - direction)
    (at-robot ?where - location)
    (at ?box - box ?where - location)
    (clear ?where - location))

  (:action move
    :parameters (?from - location ?to - location ?direction - direction)
    :precondition (and (at-robot ?from) (adjacent ?from ?to ?direction) (clear ?to))
    :effect (and (at-robot ?to) (not (at-robot ?from))))

  (:action push
    :parameters (?robot - location ?from - location ?to - location ?direction - direction
      ?box - box)
    :precondition (and
      (at-robot ?robot)
      (adjacent ?robot ?from ?direction)
      (at ?box ?from)
      (adjacent ?from ?to ?direction)
      (clear ?to))
    :effect (and
      (at-robot ?from)
      (at ?box ?to)
      (clear ?from)
      (not (at-robot ?robot))
      (not (at ?box ?from))
      (not (clear ?to)))))
