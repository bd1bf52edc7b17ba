"""The file of operators as what opens the API's gate, with a refusal in words for each way to fail."""

from __future__ import annotations

from pathlib import Path

from tocsin.clock import WallClock
from tocsin.errors import UnusableFile
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.sessions import KeyHolder
from tocsin.runtime.operators import Operator
from tocsin.runtime.tokens import Tokens, TooManyFailures, WrongToken


class OperatorKeys:
    """Any thread may ask. Each gate has keys of its own: too many failures at one close no other."""

    def __init__(self, operators: Path, clock: WallClock) -> None:
        self._tokens = Tokens(operators, clock)

    def holder(self, token: str) -> Operator:
        """Whose token it is. Raises Refusal."""
        try:
            return self._tokens.operator(token)
        except WrongToken as error:
            raise Refusal(401, f"{error}; `tocsin operator add` makes one") from None
        except TooManyFailures as error:
            raise Refusal(429, str(error)) from None
        except UnusableFile as error:
            raise Refusal(503, str(error)) from None

    def still_holds(self, holder: KeyHolder) -> bool:
        """Whether it is in the file yet, with the same token. Raises Refusal."""
        try:
            return isinstance(holder, Operator) and self._tokens.is_current(holder)
        except UnusableFile as error:
            raise Refusal(503, str(error)) from None
