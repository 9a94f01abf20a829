; Rovers on a planet sample soil and rock, take images of objectives, and send what they found to a lander, which
; must be visible from where they stand. A rover drives only between waypoints that see each other.
(define (domain rover)
  (:requirements :strips :typing)
  (:types rover waypoint store camera mode lander objective - object)
  (:predicates
    (visible ?from - waypoint ?to - waypoint)
    (visible_from ?what - objective ?where - waypoint)
    (can_traverse ?rover - rover ?from - waypoint ?to - waypoint)
    (at_lander ?lander - lander ?where - waypoint)
    (equipped_for_soil_analysis ?rover - rover)
    (equipped_for_rock_analysis ?rover - rover)
    (equipped_for_imaging ?rover - rover)
    (store_of ?store - store ?rover - rover)
    (on_board ?camera - camera ?rover - rover)
    (supports ?camera - camera ?mode - mode)
    (calibration_target ?camera - camera ?target - objective)
    (at ?rover - rover ?where - waypoint)
    (empty ?store - store)
    (full ?store - store)
    (calibrated ?camera - camera ?rover - rover)
    (at_soil_sample ?where - waypoint)
    (at_rock_sample ?where - waypoint)
    (have_soil_analysis ?rover - rover ?of - waypoint)
    (have_rock_analysis ?rover - rover ?of - waypoint)
    (have_image ?rover - rover ?of - objective ?mode - mode)
    (communicated_soil_data ?of - waypoint)
    (communicated_rock_data ?of - waypoint)
    (communicated_image_data ?of - objective ?mode - mode))

  (:action navigate
    :parameters (?rover - rover ?from - waypoint ?to - waypoint)
    :precondition (and
      (at ?rover ?from)
      (can_traverse ?rover ?from ?to)
      (visible ?from ?to))
    :effect (and (at ?rover ?to) (not (at ?rover ?from))))

  ; A sample can be taken once only, by one rover; its analysis stays with that rover.
  (:action sample_soil
    :parameters (?rover - rover ?store - store ?where - waypoint)
    :precondition (and
      (at ?rover ?where)
      (equipped_for_soil_analysis ?rover)
      (at_soil_sample ?where)
      (store_of ?store ?rover)
      (empty ?store))
    :effect (and
      (have_soil_analysis ?rover ?where)
      (full ?store)
      (not (empty ?store))
      (not (at_soil_sample ?where))))

  (:action sample_rock
    :parameters (?rover - rover ?store - store ?where - waypoint)
    :precondition (and
      (at ?rover ?where)
      (equipped_for_rock_analysis ?rover)
      (at_rock_sample ?where)
      (store_of ?store ?rover)
      (empty ?store))
    :effect (and
      (have_rock_analysis ?rover ?where)
      (full ?store)
      (not (empty ?store))
      (not (at_rock_sample ?where))))

  (:action drop
    :parameters (?rover - rover ?store - store)
    :precondition (and (store_of ?store ?rover) (full ?store))
    :effect (and (empty ?store) (not (full ?store))))

  ; One calibration is good for one image.
  (:action calibrate
    :parameters (?rover - rover ?camera - camera ?target - objective ?where - waypoint)
    :precondition (and
      (equipped_for_imaging ?rover)
      (on_board ?camera ?rover)
      (calibration_target ?camera ?target)
      (at ?rover ?where)
      (visible_from ?target ?where))
    :effect (calibrated ?camera ?rover))

  (:action take_image
    :parameters (?rover - rover ?where - waypoint ?of - objective ?camera - camera ?mode - mode)
    :precondition (and
      (equipped_for_imaging ?rover)
      (on_board ?camera ?rover)
      (supports ?camera ?mode)
      (calibrated ?camera ?rover)
      (at ?rover ?where)
      (visible_from ?of ?where))
    :effect (and (have_image ?rover ?of ?mode) (not (calibrated ?camera ?rover))))

  (:action communicate_soil_data
    :parameters (?rover - rover ?lander - lander ?of - waypoint ?from - waypoint ?to - waypoint)
    :precondition (and
      (have_soil_analysis ?rover ?of)
      (at ?rover ?from)
      (at_lander ?lander ?to)
      (visible ?from ?to))
    :effect (communicated_soil_data ?of))

  (:action communicate_rock_data
    :parameters (?rover - rover ?lander - lander ?of - waypoint ?from - waypoint ?to - waypoint)
    :precondition (and
      (have_rock_analysis ?rover ?of)
      (at ?rover ?from)
      (at_lander ?lander ?to)
      (visible ?from ?to))
    :effect (communicated_rock_data ?of))

  (:action communicate_image_data
    :parameters (?rover - rover ?lander - lander ?of - objective ?mode - mode
      ?from - waypoint ?to - waypoint)
    :precondition (and
      (have_image ?rover ?of ?mode)
      (at ?rover ?from)
      (at_lander ?lander ?to)
      (visible ?from ?to))
    :effect (communicated_image_data ?of ?mode)))
