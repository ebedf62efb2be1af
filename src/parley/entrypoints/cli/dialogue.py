"""The dialogue of `parley chat`: questions at a prompt, answers that stream, and a few commands."""

import asyncio
import readline  # noqa: F401  gives the prompt its line editing and its history
from collections.abc import Callable

from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from parley.core.kernel.errors import ParleyError
from parley.entrypoints.cli.approval import person_at
from parley.entrypoints.cli.choice import bots_in, choose_bot
from parley.entrypoints.cli.client import Bot, ParleyClient
from parley.entrypoints.cli.exchange import Answered, exchange, resume
from parley.entrypoints.cli.render import LiveAnswer, clean, source_line
from parley.entrypoints.cli.transport import NotSignedIn
from parley.entrypoints.cli.turn import EMPTY_TURN, Message, Turn

_WHOLE_QUOTE_CHARS = 600


class _Leave(Exception):
    """The person has had enough."""


class Dialogue:
    """One person and one bot at a time; a question goes on in the conversation of the one before."""

    def __init__(self, runner: asyncio.Runner, client: ParleyClient, bot: Bot, workspace: str | None) -> None:
        self._runner = runner
        self._client = client
        self._bot = bot
        self._workspace = workspace
        self._console = Console()
        self._conversation: str | None = None
        self._last: Turn = EMPTY_TURN
        self._commands: dict[str, tuple[Callable[[str], None], str]] = {
            "/new": (self._begin_anew, "begin a new conversation"),
            "/bots": (self._list_or_switch, "list the bots; with a name, go on with that one"),
            "/sources": (self._show_sources, "show all passages that the last answer was made from"),
            "/logout": (self._sign_out, "end the session and leave"),
            "/help": (self._help, "list these commands"),
            "/quit": (self._quit, "leave"),
        }

    def hold(self, conversation: str | None) -> None:
        """Goes on until the person leaves. Raises NotSignedIn when the session ends meanwhile."""
        self._welcome()
        if conversation is not None:
            self._go_on_with(conversation)
        warned = False
        while True:
            try:
                self._take(input("\n> ").strip())
                warned = False
            except (EOFError, _Leave):
                return
            except KeyboardInterrupt:
                self._console.print()
                if warned:
                    return
                warned = True
                self._say("Ctrl+C again leaves; so do Ctrl+D and /quit.")
            except NotSignedIn:
                raise
            except ParleyError as error:
                self._say(f"error: {error.detail}", "red")
                self._say(error.hint)

    def _take(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        if name in self._commands:
            self._commands[name][0](rest.strip())
        elif name.startswith("/"):
            self._say(f"There is no command {name}; /help lists them.")
        elif line:
            with LiveAnswer(self._console) as live:
                audience = person_at(live, self._console)
                asked = exchange(self._client, self._bot.id, line, self._conversation, audience)
                self._keep(self._runner.run(asked), live)

    def _keep(self, answered: Answered, live: LiveAnswer) -> None:
        live.finish(answered.turn)
        self._conversation = answered.conversation_id
        self._last = answered.turn

    def _go_on_with(self, conversation_id: str) -> None:
        conversation = self._runner.run(self._client.conversation(conversation_id))
        self._conversation = conversation.id
        self._say(f"Going on with “{clean(conversation.title)}”.")
        self._show_latest(self._runner.run(self._client.messages(conversation.id)))
        if conversation.running_turn_id is not None:
            with LiveAnswer(self._console) as live:
                audience = person_at(live, self._console)
                running = resume(self._client, conversation.running_turn_id, conversation.id, audience)
                self._keep(self._runner.run(running), live)

    def _show_latest(self, messages: list[Message]) -> None:
        """The last question, and its answer once there is one."""
        for message in messages[-2:]:
            if message.role == "user":
                self._say(f"\n> {clean(message.text)}")
                continue
            self._last = Turn(state=message.state, text=message.text, citations=message.citations)
            with LiveAnswer(self._console) as live:
                live.finish(self._last)

    def _begin_anew(self, _: str) -> None:
        self._conversation = None
        self._last = EMPTY_TURN
        self._welcome()

    def _list_or_switch(self, name: str) -> None:
        if name:
            self._bot = self._runner.run(choose_bot(self._client, name, self._workspace))
            self._begin_anew("")
            return
        for bot in self._runner.run(bots_in(self._client, self._workspace)):
            line = Text(f"{'*' if bot.id == self._bot.id else ' '} {clean(bot.name)}", "bold")
            self._console.print(line.append(f"  {clean(bot.description)}", "not bold dim"))

    def _show_sources(self, _: str) -> None:
        if not self._last.citations:
            self._say("There is no answer yet, or it was made from no passages.")
        for citation in self._last.citations:
            self._say(source_line(citation, _WHOLE_QUOTE_CHARS))

    def _help(self, _: str) -> None:
        for name, (_command, meaning) in self._commands.items():
            self._say(f"{name:10}{meaning}")
        self._say("Ctrl+C stops an answer and keeps what is there.")

    def _sign_out(self, _: str) -> None:
        self._runner.run(self._client.sign_out())
        self._say(f"You are signed out of {self._client.server}.")
        raise _Leave

    def _quit(self, _: str) -> None:
        raise _Leave

    def _welcome(self) -> None:
        self._console.print(Text(clean(self._bot.name), "bold").append(f"  at {self._client.server}", "dim"))
        if self._bot.configuration.greeting:
            self._console.print(Markdown(clean(self._bot.configuration.greeting)))
        self._say("/help lists the commands.", "dim")

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style))
