"""A scripted model server: a real HTTP server in a process of its own, speaking every wire format.

    with running_upstream() as upstream:             # parley.testing.upstream.process
        OpenAI("numbers-50", ProviderConfig(upstream.url("openai"), "any key"), session)

The path of a request tells its format: `/v1/chat/completions` (OpenAI), `/v1/messages` (Anthropic),
`/v1beta/models/{model}:streamGenerateContent` (Gemini), `/model/{model}/converse-stream` (Bedrock).
The name of the model tells what it does; any of these may end in `-30ms`, a pause before each token:

- `numbers-50`: fifty tokens, `0 1 2 … 49 `, each written on its own;
- `echo-40`: forty tokens that also name the user's last words, `WORDS/0 WORDS/1 …`;
- `clock-50`: fifty tokens, each the moment at which it was written, in nanoseconds of the monotonic clock;
- `thinking-5`: signed reasoning, then `numbers-5`;
- `tools-2`: thinks, asks for two of the offered tools at once, then answers with their results;
- `rounds-3`: asks for one offered tool three times over, then answers with the results;
- `json`: an instance of the schema that the request asks for, in pieces;
- `fault-429`, or any other status: refuses; `fault-429-7s` sends `Retry-After: 7`;
- `fault-silent`: takes the request and says nothing;
- `fault-hang`, `fault-drop`, `fault-truncated`, `fault-overloaded`: five of ten tokens, and then nothing
  more, a reset connection, a clean end without the final event, or an error inside the stream;
- `fault-garbage`: status 200 and a web page.

Arguments of calls fit the tool's schema (`"7"` for a string, 7 for a number). `GET /seen` lists the latest
requests and how each ended, which is what `Upstream.seen()` asks for.
"""
