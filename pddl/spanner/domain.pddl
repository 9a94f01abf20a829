; A man gathers spanners on his way to the nuts he has to tighten.
; A spanner serves once, and no way leads back.
(define (domain spanner)
  (:requirements :strips :typing)
  (:types
    location locatable - object
    man nut spanner - locatable)
  (:predicates
    (at ?what - locatable ?where - location)
    (carrying ?who - man ?tool - spanner)
    (usable ?tool - spanner)
    (link ?here - location ?there - location)   ; one way
    (loose ?what - nut)
    (tightened ?what - nut))

  (:action walk
    :parameters (?here - location ?there - location ?who - man)
    :precondition (and (at ?who ?here) (link ?here ?there))
    :effect (and (at ?who ?there) (not (at ?who ?here))))

  (:action pickup_spanner
    :parameters (?where - location ?tool - spanner ?who - man)
    :precondition (and (at ?who ?where) (at ?tool ?where))
    :effect (and
      (carrying ?who ?tool)
      (not (at ?tool ?where))))

  (:action tighten_nut
    :parameters (?where - location ?tool - spanner ?who - man ?what - nut)
    :precondition (and
      (at ?who ?where)
      (at ?what ?where)
      (carrying ?who ?tool)
      (usable ?tool)
      (loose ?what))
    :effect (and
      (tightened ?what)
      (not (loose ?what))
      (not (usable ?tool)))))
