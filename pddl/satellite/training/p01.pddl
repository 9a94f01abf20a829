(define (problem satellite-3-3-1-4)
  (:domain satellite)
  (:objects
    sat1 sat2 sat3 - satellite
    ins1 ins2 ins3 - instrument
    mod1 - mode
    dir1 dir2 dir3 dir4 - direction)
  (:init
    (pointing sat1 dir1)
    (pointing sat2 dir4)
    (pointing sat3 dir4)
    (power_avail sat1)
    (power_avail sat2)
    (power_avail sat3)
    (on_board ins1 sat1)
    (on_board ins2 sat3)
    (on_board ins3 sat2)
    (calibration_target ins1 dir4)
    (calibration_target ins2 dir4)
    (calibration_target ins3 dir2)
    (supports ins1 mod1)
    (supports ins2 mod1)
    (supports ins3 mod1))
  (:goal (and
    (pointing sat2 dir2)
    (have_image dir3 mod1))))
