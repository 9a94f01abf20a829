; A lift with room for everybody brings passengers from where they wait to where they want to go.
(define (domain miconic)
  (:requirements :strips :typing)
  (:types passenger floor - object)
  (:predicates
    (origin ?who - passenger ?where - floor)    ; waits there for the lift
    (destin ?who - passenger ?where - floor)    ; wants to go there
    (above ?low - floor ?high - floor)          ; the second floor is somewhere above the first
    (boarded ?who - passenger)
    (served ?who - passenger)
    (lift-at ?where - floor))

  (:action board
    :parameters (?where - floor ?who - passenger)
    :precondition (and (origin ?who ?where) (lift-at ?where))
    :effect (and
      (boarded ?who)
      (not (origin ?who ?where))))

  (:action depart
    :parameters (?where - floor ?who - passenger)
    :precondition (and (boarded ?who) (destin ?who ?where) (lift-at ?where))
    :effect (and
      (served ?who)
      (not (boarded ?who))))

  (:action up
    :parameters (?here - floor ?there - floor)
    :precondition (and (lift-at ?here) (above ?here ?there))
    :effect (and (lift-at ?there) (not (lift-at ?here))))

  (:action down
    :parameters (?here - floor ?there - floor)
    :precondition (and (lift-at ?here) (above ?there ?here))
    :effect (and (lift-at ?there) (not (lift-at ?here)))))
