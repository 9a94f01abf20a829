; Robots paint the tiles of a floor: the tile above or below the one they stand on, in the colour they hold.
; (up ?a ?b): tile ?a is the one above ?b. A tile is clear unless it is painted or a robot stands on it;
; paint never comes off, so a painted tile is closed to robots.
(define (domain floortile)
  (:requirements :strips :typing)
  (:types robot tile color - object)
  (:predicates
    (up ?above - tile ?tile - tile)
    (down ?below - tile ?tile - tile)
    (left ?beside - tile ?tile - tile)
    (right ?beside - tile ?tile - tile)
    (robot-at ?robot - robot ?tile - tile)
    (robot-has ?robot - robot ?color - color)
    (available-color ?color - color)
    (free-color ?robot - robot)
    (clear ?tile - tile)
    (painted ?tile - tile ?color - color))

  (:action change_color
    :parameters (?robot - robot ?old - color ?new - color)
    :precondition (and (robot-has ?robot ?old) (available-color ?new))
    :effect (and (robot-has ?robot ?new) (not (robot-has ?robot ?old))))

  (:action paint_up
    :parameters (?robot - robot ?painted - tile ?stand - tile ?color - color)
    :precondition (and
      (robot-at ?robot ?stand)
      (robot-has ?robot ?color)
      (up ?painted ?stand)
      (clear ?painted))
    :effect (and (painted ?painted ?color) (not (clear ?painted))))

  (:action paint_down
    :parameters (?robot - robot ?painted - tile ?stand - tile ?color - color)
    :precondition (and
      (robot-at ?robot ?stand)
      (robot-has ?robot ?color)
      (down ?painted ?stand)
      (clear ?painted))
    :effect (and (painted ?painted ?color) (not (clear ?painted))))

  (:action move_up
    :parameters (?robot - robot ?from - tile ?to - tile)
    :precondition (and (robot-at ?robot ?from) (up ?to ?from) (clear ?to))
    :effect (and
      (robot-at ?robot ?to)
      (clear ?from)
      (not (robot-at ?robot ?from))
      (not (clear ?to))))

  (:action move_down
    :parameters (?robot - robot ?from - tile ?to - tile)
    :precondition (and (robot-at ?robot ?from) (down ?to ?from) (clear ?to))
    :effect (and
      (robot-at ?robot ?to)
      (clear ?from)
      (not (robot-at ?robot ?from))
      (not (clear ?to))))

  (:action move_right
    :parameters (?robot - robot ?from - tile ?to - tile)
    :precondition (and (robot-at ?robot ?from) (right ?to ?from) (clear ?to))
    :effect (and
      (robot-at ?robot ?to)
      (clear ?from)
      (not (robot-at ?robot ?from))
      (not (clear ?to))))

  (:action move_left
    :parameters (?robot - robot ?from - tile ?to - tile)
    :precondition (and (robot-at ?robot ?from) (left ?to ?from) (clear ?to))
    :effect (and
      (robot-at ?robot ?to)
      (clear ?from)
      (not (robot-at ?robot ?from))
      (not (clear ?to)))))
