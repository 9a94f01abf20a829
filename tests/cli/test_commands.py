"""The commands as a user meets them: output, files, exit codes, one line for every mistake."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from heurgen.paths import pddl_dir
from heurgen.pddl import read_problem
from heurgen.plans import read_plan
from heurgen.validation import validate

FERRY = pddl_dir() / "ferry"
GOOD = "from heurgen import Heuristic\nclass H(Heuristic):\n    def __call__(self, state):\n        return 3 * state.goals_left - len(state['on'])\n"


def heurgen(*arguments: str | Path, home: Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "heurgen", *map(str, arguments)],
        env={**os.environ, "HEURGEN_HOME": str(home), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        cwd=cwd,
    )


def one_line(done: subprocess.CompletedProcess[str], code: int) -> str:
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert lines[-1].startswith("heurgen: ")
    return lines[-1]


def test_solve_prints_and_writes_a_valid_plan(tmp_path: Path) -> None:
    problem = FERRY / "training" / "p12.pddl"
    done = heurgen("solve", problem, "--plan-file", tmp_path / "plan", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no heuristic is known" in done.stderr or "recognised as ferry" in done.stderr
    assert done.stdout == (tmp_path / "plan").read_text()
    assert done.stdout.splitlines()[-1].endswith("(unit cost)")
    assert validate(read_problem(problem, FERRY / "domain.pddl"), read_plan(tmp_path / "plan")).valid
    checked = heurgen("validate", FERRY / "domain.pddl", problem, tmp_path / "plan", home=tmp_path)
    assert (checked.returncode, checked.stdout[:6]) == (0, "valid:")


def test_solve_as_json_with_every_built_in_heuristic_and_search(tmp_path: Path) -> None:
    problem = FERRY / "training" / "p03.pddl"
    for heuristic in ("blind", "goalcount", "hadd", "hmax", "ff", "lmcount"):
        for search in ("gbfs", "bfs"):
            done = heurgen("solve", FERRY / "domain.pddl", problem, "--heuristic", heuristic, "--search", search, "--json", home=tmp_path)
            answer = json.loads(done.stdout)
            assert answer["outcome"] == "solved"
            assert answer["cost"] == len(answer["plan"])


def test_heuristics_in_turn_and_searches_with_options(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(GOOD)
    problem = FERRY / "training" / "p05.pddl"
    for heuristic, search, kept in (
        ("ff,lmcount", "gbfs", "gbfs(alternate=lmcount)"),
        (f"hadd,{tmp_path / 'mine.py'}", "gbfs-pe(order=goals)", "gbfs-pe(order=goals, alternate=hadd)"),
        ("chosen,ff", "gbfs-lazy(order=random)", None),
        ("hmax", "astar", "astar"),
        ("ff", "wastar(weight=2)", "wastar(weight=2)"),
    ):
        options = ("--heuristic", heuristic, "--search", search, "--seed", "3", "--no-symmetry")
        done = heurgen("solve", problem, *options, "--json", home=tmp_path)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert answer["outcome"] == "solved"
        assert kept in (None, answer["search"])
    for heuristic, search, message in (
        ("ff", "gbfs(order=best)", "no order 'best'"),
        ("ff", "gbfs(alternate=fast)", "no heuristic 'fast'"),
        ("ff,hadd", "astar", "takes one heuristic"),
        (f"{tmp_path / 'mine.py'},chosen", "gbfs", "only one may be other than"),
        ("ff,", "gbfs", "neither a Python file"),
    ):
        done = heurgen("solve", problem, "--heuristic", heuristic, "--search", search, home=tmp_path)
        assert message in one_line(done, 33)


def test_without_a_compiler_plain_python_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_text(GOOD)
    monkeypatch.setenv("CC", "no-such-compiler")
    done = heurgen("solve", FERRY / "training/p05.pddl", "--heuristic", tmp_path / "mine.py", "--compile", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert next(line for line in done.stderr.splitlines() if "not compiled" in line).endswith("; using plain Python")


def test_a_heuristic_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(GOOD)
    done = heurgen("solve", FERRY / "training/p12.pddl", "--heuristic", tmp_path / "mine.py", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "heuristic of" in done.stderr


@pytest.mark.parametrize(
    ("body", "message"),
    [("return 1 / 0", "ZeroDivisionError"), ("return None", "answered None"), ("raise SystemExit(2)", "SystemExit")],
)
def test_a_failing_heuristic_is_replaced_with_a_warning(tmp_path: Path, body: str, message: str) -> None:
    (tmp_path / "bad.py").write_text(GOOD.replace("return 3 * state.goals_left - len(state['on'])", body))
    done = heurgen("solve", FERRY / "training/p12.pddl", "--heuristic", tmp_path / "bad.py", home=tmp_path)
    assert done.returncode == 0
    assert "warning: the heuristic failed" in done.stderr
    assert message in done.stderr
    assert "(board" in done.stdout


def test_verdicts_have_fast_downwards_exit_codes(tmp_path: Path) -> None:
    domain = "(define (domain d) (:predicates (p ?x) (q) (r ?x ?y)) (:action a :parameters (?x) :effect (p ?x)))"
    (tmp_path / "domain.pddl").write_text(domain)
    (tmp_path / "no.pddl").write_text("(define (problem x) (:domain d) (:objects o1 o2) (:init) (:goal (q)))")
    done = heurgen("solve", tmp_path / "no.pddl", "--heuristic", "blind", home=tmp_path)
    assert done.returncode == 11
    assert "unsolvable" in done.stderr
    objects = " ".join(f"o{i}" for i in range(60))
    chain = " ".join(f"(r o{i} o{i + 1})" for i in range(59))       # no two objects are alike
    (tmp_path / "many.pddl").write_text(
        f"(define (problem x) (:domain d) (:objects {objects}) (:init {chain}) (:goal (q)))"
    )
    done = heurgen("solve", tmp_path / "many.pddl", "--heuristic", "blind", "--time-limit", "0.3", home=tmp_path)
    assert done.returncode == 23
    done = heurgen("solve", tmp_path / "many.pddl", "--heuristic", "blind", "--memory-limit", "100MiB", home=tmp_path)
    assert done.returncode == 22
    assert "expanded" in done.stderr


def test_mistakes_are_one_line_with_exit_code_33(tmp_path: Path) -> None:
    problem = FERRY / "training" / "p01.pddl"
    lonely = tmp_path / "lonely" / "p.pddl"
    lonely.parent.mkdir()
    lonely.write_text(problem.read_text())
    binary = tmp_path / "binary.pddl"
    binary.write_bytes(bytes(range(256)))
    domain = FERRY / "domain.pddl"
    cases: list[tuple[list[str | Path], str]] = [
        (["solve", tmp_path / "none.pddl"], "no such file"),
        (["solve", lonely], "found no domain"),
        (["solve", domain, tmp_path], "is a directory"),
        (["solve", domain, binary], "is a binary file"),
        (["solve", problem, domain], "found a problem where a domain belongs"),
        (["solve", pddl_dir() / "gripper" / "domain.pddl", problem], "the problem is of domain ferry"),
        (["solve", problem, "--heuristic", "magic"], "no heuristic 'magic'"),
        (["solve", problem, "--search", "magic"], "no search 'magic'"),
        (["solve", problem, "--time-limit", "soon"], "cannot read 'soon'"),
        (["solve", problem, "--memory-limit", "-1"], "cannot read '-1'"),
        (["solve", problem, "--plan-file", tmp_path / "no" / "folder"], "cannot be written"),
        (["solve", domain, problem, problem], "3 files"),
        (["validate", domain, problem, tmp_path / "none"], "No such file"),
        (["prompt", "nowhere"], "neither a folder with domain.pddl nor one of the domains"),
        (["synthesize", "ferry", "--llm", "magic"], "no response source 'magic'"),
        (["generate", "ferry", "--cars", "x"], "--cars takes a number"),
        (["generate", "ferry", "--boats", "3"], "unknown option --boats; this domain takes --cars"),
        (["generate", "ferry", "--cars", "0"], "cars is 0, but must be at least 1"),
        (["generate", "nowhere"], "no generator for 'nowhere'"),
        (["fly"], "No such command"),
    ]
    for arguments, message in cases:
        assert message in one_line(heurgen(*arguments, home=tmp_path), 33), arguments


def test_an_invalid_plan_names_step_and_precondition(tmp_path: Path) -> None:
    (tmp_path / "plan").write_text("(debark car1 loc1)\n")
    done = heurgen("validate", FERRY / "domain.pddl", FERRY / "training/p01.pddl", tmp_path / "plan", home=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("invalid: step 1 (debark car1 loc1): ")
    assert "(on car1)" in done.stdout


def test_generate_is_reproducible(tmp_path: Path) -> None:
    first = heurgen("generate", "blocksworld", "--blocks", "12", "--seed=7", home=tmp_path)
    again = heurgen("generate", "blocksworld", "--blocks=12", "--seed", "7", "-o", tmp_path / "t.pddl", home=tmp_path)
    other = heurgen("generate", "blocksworld", "--blocks", "12", "--seed", "8", home=tmp_path)
    assert again.returncode == 0
    assert first.stdout == (tmp_path / "t.pddl").read_text()
    assert first.stdout != other.stdout
    assert len(read_problem(tmp_path / "t.pddl", pddl_dir() / "blocksworld" / "domain.pddl").objects) == 12


def test_synthesize_keeps_what_solve_then_finds(tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "1.md").write_text(f"Here:\n```python\n{GOOD}```\n")
    (answers / "2.md").write_text("```python\nclass Broken(:\n```\n")
    user = tmp_path / "my-domain"
    user.mkdir()
    (user / "domain.pddl").write_text((FERRY / "domain.pddl").read_text().replace("domain ferry", "domain boats"))
    for number in (2, 5, 9):
        text = (FERRY / "training" / f"p{number:02}.pddl").read_text()
        (user / f"task{number}.pddl").write_text(text.replace(":domain ferry", ":domain boats"))
    done = heurgen("synthesize", user, "--llm", f"folder:{answers}", "--output", tmp_path / "run", home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert "3/3" in done.stdout
    assert "syntax error" in done.stdout
    assert (tmp_path / "run" / "runs.db").is_file()
    solved = heurgen("solve", FERRY / "testing" / "p05.pddl", home=tmp_path / "home")
    assert solved.returncode == 0
    assert "recognised as my-domain" in solved.stderr     # by structure, not by name


def test_domains_lists_what_is_known(tmp_path: Path) -> None:
    done = heurgen("domains", home=tmp_path)
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("blocksworld", "ferry", "gripper", "logistics"))


def test_ctrl_c_ends_a_confined_search_at_once(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(GOOD.replace("return 3", "\n        while True: pass\n        return 3"))
    process = subprocess.Popen(
        [sys.executable, "-m", "heurgen", "solve", str(FERRY / "training/p12.pddl"), "--heuristic", str(tmp_path / "slow.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, errors = process.communicate(timeout=10)
    assert time.monotonic() - began < 3
    assert process.returncode == 130
    assert errors.strip().splitlines()[-1] == "heurgen: interrupted"


def test_a_checkout_without_the_compiled_core_says_so(tmp_path: Path) -> None:
    import heurgen as package

    source = Path(package.__file__).parent
    for module in source.rglob("*.py"):
        copy = tmp_path / "heurgen" / module.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(module.read_bytes())
    done = heurgen("domains", home=tmp_path / "home", cwd=tmp_path)
    assert "core is missing; `pip install .`" in one_line(done, 32)


def test_importing_heurgen_loads_nothing_heavy() -> None:
    code = "import heurgen, sys; print([m for m in ('numpy', 'rich', 'typer', 'openai', 'networkx', 'unified_planning', 'tarski', 'heurgen.core') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_responses_are_imported_listed_shown_and_exported(tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "chat.txt").write_text(f"Here it is:\n\n```python\n{GOOD}```\n")
    (answers / "other.md").write_text("I would rather not.\n")
    imported = heurgen("responses", "import", "ferry", answers, "--model", "some model", home=tmp_path)
    assert imported.stdout == "2 new responses stored\n", imported.stderr
    assert heurgen("responses", "import", "ferry", answers, "--model", "some model", home=tmp_path).stdout.startswith("0 new")
    listed = heurgen("responses", "list", home=tmp_path).stdout
    assert listed.count("some model") == 2
    code = [heurgen("responses", "show", str(n), "--code", home=tmp_path) for n in (1, 2)]
    assert [done.stdout.strip() for done in code if done.returncode == 0] == [GOOD.strip()]
    refused = next(done for done in code if done.returncode)
    assert "no code in the answer" in one_line(refused, 33)
    question = heurgen("responses", "show", "1", "--question", home=tmp_path).stdout
    assert question.strip() == heurgen("prompt", "ferry", home=tmp_path).stdout.strip()
    assert "there are 2" in one_line(heurgen("responses", "show", "3", home=tmp_path), 33)
    exported = heurgen("responses", "export", tmp_path / "out", home=tmp_path)
    assert exported.stdout.startswith("2 responses")
    assert (tmp_path / "out" / "index.json").is_file()


def test_an_obfuscated_domain_is_synthesized_from_a_folder_and_reported(tmp_path: Path) -> None:
    done = heurgen("obfuscate", "ferry", "-o", tmp_path / "other", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "is not empty" in one_line(heurgen("obfuscate", "ferry", "-o", tmp_path / "other", home=tmp_path), 33)
    names = json.loads((tmp_path / "other" / "names.json").read_text())
    (tmp_path / "answers").mkdir()
    good = GOOD.replace("'on'", repr(names["on"]))
    (tmp_path / "answers" / "a.py").write_text(good)
    (tmp_path / "answers" / "b.py").write_text(good + "\n# The same again.\n")
    run = tmp_path / "run"
    options = ("--llm", f"folder:{tmp_path / 'answers'}", "--time-limit", "1", "-o", run)
    done = heurgen("synthesize", tmp_path / "other", *options, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "13 rungs" in done.stdout or "rungs up the ladder" in done.stdout
    report = heurgen("report", run, home=tmp_path).stdout
    assert "| 1 | c01 | sample |" in report
    assert "| 2 | c02 | sample |  |  |  |  |  |  |  | behaves like c01 |" in report
    assert not re.search(r"c02 +0/", done.stdout)
    again = heurgen("synthesize", "--resume", run, home=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "name a domain" in one_line(heurgen("synthesize", home=tmp_path), 33)
    assert "is not the folder of a synthesis" in one_line(heurgen("report", tmp_path, home=tmp_path), 33)


def test_recorded_responses_cannot_answer_new_questions(tmp_path: Path) -> None:
    done = heurgen("synthesize", "ferry", "--strategy", "repair", home=tmp_path)
    assert "cannot answer" in one_line(done, 33)
