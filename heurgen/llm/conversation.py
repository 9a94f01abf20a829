"""What is sent to a model: one prompt, or a conversation that ends with a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from heurgen.errors import InputError
from heurgen.llm.responses import Kind, prompt_hash

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Messages that a model is to answer; the last one is the user's.

    `kind` says what is asked for and `parent` what it starts from; both are handed on to the
    responses and are no part of the prompt's hash. Raises InputError where there is nothing to
    answer.
    """

    messages: tuple[Message, ...]
    kind: Kind = "sample"
    parent: str | None = None

    def __post_init__(self) -> None:
        if not self.messages or self.messages[-1].role != "user":
            raise InputError("a prompt ends with a message of the user")

    @classmethod
    def of(cls, text: str, kind: Kind = "sample", parent: str | None = None) -> Prompt:
        """A prompt of one message."""
        return cls((Message("user", text),), kind, parent)

    def followed_by(self, answer: str, question: str, kind: Kind, parent: str | None) -> Prompt:
        """This prompt, the answer it got, and the next question."""
        turns = (Message("assistant", answer), Message("user", question))
        return Prompt((*self.messages, *turns), kind, parent)

    @property
    def text(self) -> str:
        """What is hashed, recorded and read by people.

        A single message as it is, several as one Markdown text with marked turns.
        """
        if len(self.messages) == 1:
            return self.messages[0].content
        total = len(self.messages)
        turns = [
            f"======== turn {place} of {total}: {message.role} ========\n\n"
            f"{message.content.strip()}\n"
            for place, message in enumerate(self.messages, start=1)
        ]
        return f"A conversation in {total} turns. Answer the last one.\n\n" + "\n".join(turns)

    @property
    def hash(self) -> str:
        """`prompt_hash` of the text."""
        return prompt_hash(self.text)
