"""Generator of Childsnack tasks: children wait at tables for a sandwich, some of them without gluten.

There is one portion of bread and one of content per child, as many of each without gluten as there are children
who must not eat it, and at least as many sandwiches to be made as children; all trays start in the kitchen. Every
task is solvable: pair the gluten-free breads with the gluten-free contents for the allergic children and
the rest for the others, put all the sandwiches on one tray and drive it from table to table. A gluten-free
portion spent on another child is gone for good, so there are dead ends.
"""

from random import Random

from heurgen.generation import GenerationError, Parameter, problem_text

PARAMETERS = (
    Parameter("children", "number of children", minimum=1, default=6),
    Parameter("allergic", "number of children who must not eat gluten", minimum=0, default=2),
    Parameter("trays", "number of trays", minimum=1, default=2),
    Parameter("sandwiches", "number of sandwiches that can be made", minimum=1, default=8),
    Parameter("tables", "number of tables", minimum=1, default=3),
)
SIZES = {
    "smallest": {"children": 4, "allergic": 0, "trays": 1, "sandwiches": 4, "tables": 3},
    "easy": {"children": 10, "allergic": 6, "trays": 3, "sandwiches": 15, "tables": 3},
    "medium": {"children": 40, "allergic": 25, "trays": 5, "sandwiches": 59, "tables": 3},
    "hard": {"children": 292, "allergic": 147, "trays": 10, "sandwiches": 437, "tables": 3},
}


def adjust(parameters: dict[str, int]) -> dict[str, int]:
    children = parameters["children"]
    return parameters | {
        "allergic": min(parameters["allergic"], children),
        "sandwiches": max(parameters["sandwiches"], children),
    }


def looks(parameters: dict[str, int]) -> list[dict[str, int]]:
    """No sandwich to spare, everybody allergic or nobody, a single tray, more tables."""
    return [
        parameters | {"sandwiches": parameters["children"]},
        parameters | {"allergic": parameters["children"], "trays": 1},
        parameters | {"allergic": 0, "tables": 10},
    ]


def generate(
    rng: Random, *, children: int, allergic: int, trays: int, sandwiches: int, tables: int
) -> str:
    if allergic > children:
        raise GenerationError(f"{allergic} of {children} children cannot be allergic")
    if sandwiches < children:
        raise GenerationError(f"{sandwiches} sandwiches are too few for {children} children")
    objects = {
        "child": numbered("child", children),
        "tray": numbered("tray", trays),
        "sandwich": numbered("sandw", sandwiches),
        "bread-portion": numbered("bread", children),
        "content-portion": numbered("content", children),
        "place": numbered("table", tables),
    }
    kids = rng.sample(objects["child"], children)
    breads, contents = objects["bread-portion"], objects["content-portion"]
    init: list[tuple[str, ...]] = [("at", tray, "kitchen") for tray in objects["tray"]]
    init += [("at_kitchen_bread", bread) for bread in breads]
    init += [("at_kitchen_content", content) for content in contents]
    init += [("no_gluten_bread", bread) for bread in rng.sample(breads, allergic)]
    init += [("no_gluten_content", content) for content in rng.sample(contents, allergic)]
    init += [("allergic_gluten", kid) for kid in kids[:allergic]]
    init += [("not_allergic_gluten", kid) for kid in kids[allergic:]]
    init += [("waiting", kid, rng.choice(objects["place"])) for kid in objects["child"]]
    init += [("notexist", sandwich) for sandwich in objects["sandwich"]]
    goal = [("served", kid) for kid in objects["child"]]
    name = f"childsnack-{children}-{allergic}-{trays}-{sandwiches}"
    return problem_text(name, "childsnack", objects, init, goal)


def numbered(name: str, count: int) -> list[str]:
    return [f"{name}{number}" for number in range(1, count + 1)]
