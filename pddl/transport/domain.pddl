; Vehicles carry packages over roads; each has room for so many packages at a time.
; (capacity ?vehicle ?size): the room that is left. (capacity-predecessor ?less ?more): one package of difference.
(define (domain transport)
  (:requirements :strips :typing)
  (:types
    location size locatable - object
    vehicle package - locatable)
  (:predicates
    (road ?from - location ?to - location)
    (at ?what - locatable ?where - location)
    (in ?package - package ?vehicle - vehicle)
    (capacity ?vehicle - vehicle ?left - size)
    (capacity-predecessor ?less - size ?more - size))

  (:action drive
    :parameters (?vehicle - vehicle ?from - location ?to - location)
    :precondition (and (at ?vehicle ?from) (road ?from ?to))
    :effect (and (at ?vehicle ?to) (not (at ?vehicle ?from))))

  (:action pick-up
    :parameters (?vehicle - vehicle ?where - location ?package - package ?after - size ?before - size)
    :precondition (and
      (at ?vehicle ?where)
      (at ?package ?where)
      (capacity ?vehicle ?before)
      (capacity-predecessor ?after ?before))
    :effect (and
      (in ?package ?vehicle)
      (capacity ?vehicle ?after)
      (not (at ?package ?where))
      (not (capacity ?vehicle ?before))))

  (:action drop
    :parameters (?vehicle - vehicle ?where - location ?package - package ?before - size ?after - size)
    :precondition (and
      (at ?vehicle ?where)
      (in ?package ?vehicle)
      (capacity ?vehicle ?before)
      (capacity-predecessor ?before ?after))
    :effect (and
      (at ?package ?where)
      (capacity ?vehicle ?after)
      (not (in ?package ?vehicle))
      (not (capacity ?vehicle ?before)))))
