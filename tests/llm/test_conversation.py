"""Prompts: one message is sent as it is, several read like a conversation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heurgen.errors import InputError
from heurgen.llm.conversation import Message, Prompt
from heurgen.llm.responses import prompt_hash


@given(st.text())
def test_one_message_is_its_own_text(text: str) -> None:
    assert Prompt.of(text).text == text
    assert Prompt.of(text).hash == prompt_hash(text)


def test_a_conversation_is_one_text_with_marked_turns() -> None:
    prompt = Prompt.of("Write a heuristic.").followed_by("Here: 0\n", "Too weak.", "repair", "c01")
    assert prompt.text == (
        "A conversation in 3 turns. Answer the last one.\n\n"
        "======== turn 1 of 3: user ========\n\nWrite a heuristic.\n\n"
        "======== turn 2 of 3: assistant ========\n\nHere: 0\n\n"
        "======== turn 3 of 3: user ========\n\nToo weak.\n"
    )
    assert (prompt.kind, prompt.parent) == ("repair", "c01")
    assert [message.role for message in prompt.messages] == ["user", "assistant", "user"]


def test_the_hash_is_of_the_messages_alone() -> None:
    assert prompt_hash("abc") == "ba7816bf8f01cfea"  # the example of FIPS 180-2, appendix B.1
    assert Prompt.of("a", "evolve", "x").hash == Prompt.of("a").hash
    first, second = Prompt.of("a"), Prompt((Message("system", "a"), Message("user", "a")))
    assert first.hash != second.hash
    assert (
        first.followed_by("b", "c", "repair", None).hash
        != first.followed_by("c", "b", "repair", None).hash
    )


def test_a_prompt_ends_with_the_user() -> None:
    with pytest.raises(InputError, match="ends with a message of the user"):
        Prompt(())
    with pytest.raises(InputError, match="ends with a message of the user"):
        Prompt((Message("user", "a"), Message("assistant", "b")))
