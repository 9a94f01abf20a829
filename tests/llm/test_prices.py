"""Prices and budgets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heurgen.errors import InputError
from heurgen.llm.budget import Budget
from heurgen.llm.errors import BudgetError
from heurgen.llm.prices import Price, Usage, find_price, load_prices

TABLE = {"m": Price(1, 2), "m-2026-01-01": Price(3, 4), "m-mini": Price(0.5, 1)}


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("m", Price(1, 2)),
        ("m-2025-08-07", Price(1, 2)),
        ("m-20250807", Price(1, 2)),
        ("m-2026-01-01", Price(3, 4)),
        ("m-mini", Price(0.5, 1)),
        ("m-mini-2025-08-07", Price(0.5, 1)),
        ("m-pro", None),
        ("m.5", None),
        ("m-2025", None),
        ("other", None),
        ("", None),
    ],
)
def test_a_price_is_found_by_name_and_date_only(model: str, price: Price | None) -> None:
    assert find_price(model, TABLE) == price


def test_the_packaged_table_can_be_read() -> None:
    prices = load_prices()
    assert find_price("gpt-5-mini-2025-08-07", prices) == Price(0.25, 2.0)
    assert find_price("gpt-5-pro", prices) is None
    assert all(0 < price.input < price.output for price in prices.values())


def test_a_price_is_per_million_tokens() -> None:
    assert Price(2.0, 8.0).cost(Usage(500_000, 250_000)) == 3.0


def test_an_own_file_is_over_the_packaged_table(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text(
        json.dumps(
            {"models": {"gpt-5": {"input": 7, "output": 8.5}, "own": {"input": 0, "output": 0}}}
        )
    )
    prices = load_prices(path)
    assert prices["gpt-5"] == Price(7, 8.5)
    assert prices["own"] == Price(0, 0)
    assert "gpt-4o" in prices


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[]", 'expected an object "models"'),
        ('{"models": {"m": 3}}', "m: expected"),
        ('{"models": {"m": {"input": 1}}}', "m: expected"),
        ('{"models": {"m": {"input": "1", "output": 2}}}', "m: expected"),
        ('{"models": {"m": {"input": true, "output": 2}}}', "m: expected"),
        ('{"models": {"m": {"input": -1, "output": 2}}}', "m: expected"),
        ('{"models": {"m": {"input": NaN, "output": 2}}}', "m: expected"),
    ],
)
def test_a_wrong_file_of_prices_is_one_clear_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        load_prices(path)
    assert str(path) in str(caught.value)
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_prices(tmp_path / "missing.json")


def test_a_budget_without_limits_fits_everything() -> None:
    budget = Budget()
    assert not budget.limited
    assert budget.reserve(Usage(10**12, 10**12))


def test_reservations_count_until_they_are_settled() -> None:
    budget = Budget(tokens=100)
    assert budget.reserve(Usage(10, 50))
    assert not budget.reserve(Usage(10, 31))
    assert budget.reserve(Usage(10, 30))
    budget.settle(Usage(10, 50), Usage(9, 1))
    assert budget.spent == Usage(9, 1)
    assert budget.reserve(Usage(10, 40))
    assert not budget.reserve(Usage(0, 1))


def test_dollars_are_counted_by_the_price() -> None:
    budget = Budget(usd=1.0, price=Price(1.0, 10.0))
    assert budget.reserve(Usage(500_000, 50_000))
    assert not budget.reserve(Usage(0, 1))
    budget.settle(Usage(500_000, 50_000), Usage(500_000, 10_000))
    message = str(budget.exhausted(Usage(0, 50_000)))
    assert message == (
        "the budget is spent: $0.6000 of $1.00, "
        "and the next answer may take 50,000 tokens ($0.5000)"
    )


def test_budgets_that_cannot_be_kept_are_refused() -> None:
    with pytest.raises(BudgetError, match="needs the model's price"):
        Budget(usd=1.0)
    with pytest.raises(InputError, match="a budget of 0 tokens"):
        Budget(tokens=0)
    with pytest.raises(InputError, match="a budget of -1 dollars"):
        Budget(usd=-1, price=Price(1, 1))


usages = st.builds(Usage, st.integers(0, 60), st.integers(0, 60))


@given(st.integers(1, 300), st.lists(st.tuples(usages, st.floats(0, 1), st.booleans())))
def test_a_budget_is_never_passed(limit: int, requests: list[tuple[Usage, float, bool]]) -> None:
    budget = Budget(tokens=limit)
    open_ones: list[Usage] = []
    for most, share, settle in requests:
        if budget.reserve(most):
            open_ones.append(most)
        if settle and open_ones:
            reserved = open_ones.pop(0)
            used = Usage(
                int(reserved.prompt_tokens * share), int(reserved.completion_tokens * share)
            )
            budget.settle(reserved, used)
    assert budget.spent.total + sum(usage.total for usage in open_ones) <= limit
