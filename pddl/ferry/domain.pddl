; A ferry that carries one car at a time between locations, all of them one trip apart.
(define (domain ferry)
  (:requirements :strips :typing :negative-preconditions)
  (:types car location - object)
  (:predicates
    (at-ferry ?where - location)
    (at ?what - car ?where - location)
    (empty-ferry)
    (on ?what - car))

  (:action sail
    :parameters (?here - location ?there - location)
    :precondition (and (at-ferry ?here) (not (at-ferry ?there)))
    :effect (and (at-ferry ?there) (not (at-ferry ?here))))

  (:action board
    :parameters (?what - car ?where - location)
    :precondition (and (at ?what ?where) (at-ferry ?where) (empty-ferry))
    :effect (and
      (on ?what)
      (not (at ?what ?where))
      (not (empty-ferry))))

  (:action debark
    :parameters (?what - car ?where - location)
    :precondition (and (on ?what) (at-ferry ?where))
    :effect (and
      (at ?what ?where)
      (empty-ferry)
      (not (on ?what)))))
