; Packages go by truck within a city and by airplane between the airports of cities.
(define (domain logistics)
  (:requirements :strips :typing)
  (:types
    city place physobj - object
    airport location - place
    package vehicle - physobj
    truck airplane - vehicle)
  (:predicates
    (in-city ?where - place ?town - city)
    (at ?what - physobj ?where - place)
    (in ?what - package ?carrier - vehicle))

  (:action load-truck
    :parameters (?what - package ?carrier - truck ?where - place)
    :precondition (and (at ?carrier ?where) (at ?what ?where))
    :effect (and (in ?what ?carrier) (not (at ?what ?where))))

  (:action unload-truck
    :parameters (?what - package ?carrier - truck ?where - place)
    :precondition (and (at ?carrier ?where) (in ?what ?carrier))
    :effect (and (at ?what ?where) (not (in ?what ?carrier))))

  (:action load-airplane
    :parameters (?what - package ?carrier - airplane ?where - place)
    :precondition (and (at ?carrier ?where) (at ?what ?where))
    :effect (and (in ?what ?carrier) (not (at ?what ?where))))

  (:action unload-airplane
    :parameters (?what - package ?carrier - airplane ?where - place)
    :precondition (and (at ?carrier ?where) (in ?what ?carrier))
    :effect (and (at ?what ?where) (not (in ?what ?carrier))))

  (:action drive-truck
    :parameters (?carrier - truck ?here - place ?there - place ?town - city)
    :precondition (and (at ?carrier ?here) (in-city ?here ?town) (in-city ?there ?town))
    :effect (and (at ?carrier ?there) (not (at ?carrier ?here))))

  (:action fly-airplane
    :parameters (?carrier - airplane ?here - airport ?there - airport)
    :precondition (at ?carrier ?here)
    :effect (and (at ?carrier ?there) (not (at ?carrier ?here)))))
