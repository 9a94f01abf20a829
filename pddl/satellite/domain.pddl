; Satellites turn towards directions and take images there with instruments that must be switched on and
; calibrated first. A satellite has power for one instrument at a time.
(define (domain satellite)
  (:requirements :strips :typing :negative-preconditions)
  (:types satellite direction instrument mode - object)
  (:predicates
    (on_board ?instrument - instrument ?satellite - satellite)
    (supports ?instrument - instrument ?mode - mode)
    (calibration_target ?instrument - instrument ?target - direction)
    (pointing ?satellite - satellite ?to - direction)
    (power_avail ?satellite - satellite)
    (power_on ?instrument - instrument)
    (calibrated ?instrument - instrument)
    (have_image ?of - direction ?mode - mode))

  (:action turn_to
    :parameters (?satellite - satellite ?new - direction ?old - direction)
    :precondition (and (pointing ?satellite ?old) (not (pointing ?satellite ?new)))
    :effect (and (pointing ?satellite ?new) (not (pointing ?satellite ?old))))

  ; Switching on loses the calibration.
  (:action switch_on
    :parameters (?instrument - instrument ?satellite - satellite)
    :precondition (and (on_board ?instrument ?satellite) (power_avail ?satellite))
    :effect (and
      (power_on ?instrument)
      (not (power_avail ?satellite))
      (not (calibrated ?instrument))))

  (:action switch_off
    :parameters (?instrument - instrument ?satellite - satellite)
    :precondition (and (on_board ?instrument ?satellite) (power_on ?instrument))
    :effect (and (power_avail ?satellite) (not (power_on ?instrument))))

  (:action calibrate
    :parameters (?satellite - satellite ?instrument - instrument ?target - direction)
    :precondition (and
      (on_board ?instrument ?satellite)
      (power_on ?instrument)
      (calibration_target ?instrument ?target)
      (pointing ?satellite ?target))
    :effect (calibrated ?instrument))

  (:action take_image
    :parameters (?satellite - satellite ?of - direction ?instrument - instrument ?mode - mode)
    :precondition (and
      (on_board ?instrument ?satellite)
      (power_on ?instrument)
      (calibrated ?instrument)
      (supports ?instrument ?mode)
      (pointing ?satellite ?of))
    :effect (have_image ?of ?mode)))
