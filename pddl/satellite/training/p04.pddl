(define (problem satellite-4-4-1-5)
  (:domain satellite)
  (:objects
    sat1 sat2 sat3 sat4 - satellite
    ins1 ins2 ins3 ins4 - instrument
    mod1 - mode
    dir1 dir2 dir3 dir4 dir5 - direction)
  (:init
    (pointing sat1 dir4)
    (pointing sat2 dir2)
    (pointing sat3 dir1)
    (pointing sat4 dir1)
    (power_avail sat1)
    (power_avail sat2)
    (power_avail sat3)
    (power_avail sat4)
    (on_board ins1 sat2)
    (on_board ins2 sat4)
    (on_board ins3 sat1)
    (on_board ins4 sat3)
    (calibration_target ins1 dir1)
    (calibration_target ins2 dir4)
    (calibration_target ins3 dir5)
    (calibration_target ins4 dir3)
    (supports ins1 mod1)
    (supports ins2 mod1)
    (supports ins3 mod1)
    (supports ins4 mod1))
  (:goal (and
    (pointing sat2 dir3)
    (pointing sat4 dir3)
    (have_image dir3 mod1)
    (have_image dir1 mod1)
    (have_image dir5 mod1))))
