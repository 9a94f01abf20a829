; Blocksworld with four operators: an arm moves one block at a time between the table and stacks.
(define (domain blocksworld)
  (:requirements :strips)
  (:predicates
    (clear ?b)        ; nothing is on top of ?b, and it is not held
    (on-table ?b)
    (arm-empty)
    (holding ?b)
    (on ?b ?below))

  (:action pickup
    :parameters (?b)
    :precondition (and (arm-empty) (clear ?b) (on-table ?b))
    :effect (and
      (holding ?b)
      (not (arm-empty))
      (not (clear ?b))
      (not (on-table ?b))))

  (:action putdown
    :parameters (?b)
    :precondition (holding ?b)
    :effect (and
      (on-table ?b)
      (clear ?b)
      (arm-empty)
      (not (holding ?b))))

  (:action stack
    :parameters (?b ?below)
    :precondition (and (holding ?b) (clear ?below))
    :effect (and
      (on ?b ?below)
      (clear ?b)
      (arm-empty)
      (not (holding ?b))
      (not (clear ?below))))

  (:action unstack
    :parameters (?b ?below)
    :precondition (and (arm-empty) (clear ?b) (on ?b ?below))
    :effect (and
      (holding ?b)
      (clear ?below)
      (not (arm-empty))
      (not (clear ?b))
      (not (on ?b ?below)))))
