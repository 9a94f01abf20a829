; Sandwiches for children who wait at tables, some of whom must not eat gluten. Sandwiches are made in the
; kitchen and carried to the tables on trays; a tray may hold any number of them.
(define (domain childsnack)
  (:requirements :strips :typing :negative-preconditions)
  (:types child bread-portion content-portion sandwich tray place - object)
  (:constants kitchen - place)
  (:predicates
    (at_kitchen_bread ?bread - bread-portion)
    (at_kitchen_content ?content - content-portion)
    (at_kitchen_sandwich ?sandwich - sandwich)
    (no_gluten_bread ?bread - bread-portion)
    (no_gluten_content ?content - content-portion)
    (no_gluten_sandwich ?sandwich - sandwich)
    (notexist ?sandwich - sandwich)
    (ontray ?sandwich - sandwich ?tray - tray)
    (at ?tray - tray ?where - place)
    (allergic_gluten ?child - child)
    (not_allergic_gluten ?child - child)
    (waiting ?child - child ?where - place)
    (served ?child - child))

  ; Only this action makes a sandwich that is known to be free of gluten.
  (:action make_sandwich_no_gluten
    :parameters (?sandwich - sandwich ?bread - bread-portion ?content - content-portion)
    :precondition (and
      (notexist ?sandwich)
      (at_kitchen_bread ?bread)
      (no_gluten_bread ?bread)
      (at_kitchen_content ?content)
      (no_gluten_content ?content))
    :effect (and
      (at_kitchen_sandwich ?sandwich)
      (no_gluten_sandwich ?sandwich)
      (not (notexist ?sandwich))
      (not (at_kitchen_bread ?bread))
      (not (at_kitchen_content ?content))))

  (:action make_sandwich
    :parameters (?sandwich - sandwich ?bread - bread-portion ?content - content-portion)
    :precondition (and
      (notexist ?sandwich)
      (at_kitchen_bread ?bread)
      (at_kitchen_content ?content))
    :effect (and
      (at_kitchen_sandwich ?sandwich)
      (not (notexist ?sandwich))
      (not (at_kitchen_bread ?bread))
      (not (at_kitchen_content ?content))))

  (:action put_on_tray
    :parameters (?sandwich - sandwich ?tray - tray)
    :precondition (and (at_kitchen_sandwich ?sandwich) (at ?tray kitchen))
    :effect (and (ontray ?sandwich ?tray) (not (at_kitchen_sandwich ?sandwich))))

  (:action serve_sandwich_no_gluten
    :parameters (?sandwich - sandwich ?child - child ?tray - tray ?where - place)
    :precondition (and
      (allergic_gluten ?child)
      (waiting ?child ?where)
      (at ?tray ?where)
      (ontray ?sandwich ?tray)
      (no_gluten_sandwich ?sandwich))
    :effect (and (served ?child) (not (ontray ?sandwich ?tray))))

  (:action serve_sandwich
    :parameters (?sandwich - sandwich ?child - child ?tray - tray ?where - place)
    :precondition (and
      (not_allergic_gluten ?child)
      (waiting ?child ?where)
      (at ?tray ?where)
      (ontray ?sandwich ?tray))
    :effect (and (served ?child) (not (ontray ?sandwich ?tray))))

  (:action move_tray
    :parameters (?tray - tray ?from - place ?to - place)
    :precondition (and (at ?tray ?from) (not (at ?tray ?to)))
    :effect (and (at ?tray ?to) (not (at ?tray ?from)))))
