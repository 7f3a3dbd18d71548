from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.chat_completions import ChatCompletions
from backend.llm.protocol import (
    Answer,
    FinishReason,
    JsonObject,
    Prompt,
    Provider,
    Tool,
    ToolCall,
    ToolChoice,
    Usage,
)
from backend.tests.unit.providers.tapes import same_json

if TYPE_CHECKING:
    from pydantic import JsonValue


def own(prompt: Prompt, *, stream: bool) -> JsonObject:
    return {"own": prompt.message, "stream": stream}


PROVIDER = ChatCompletions(
    name="acme",
    title="Acme",
    base_url="http://127.0.0.1",
    default_model="acme-1",
    settings=own,
    cut_off=frozenset({"out_of_steam"}),
)
PLAIN = ChatCompletions(
    name="acme", title="Acme", base_url="http://127.0.0.1", default_model="acme-1", settings=own, plain_errors=True
)
TOOL = Tool(name="tide_at", description="Tells.", parameters={"type": "object"})
CALL: JsonObject = {"id": "call_1", "type": "function", "function": {"name": "tide_at", "arguments": "{"}}


def completion(message: JsonObject | None = None, *, index: int = 0, **changed: JsonValue) -> JsonObject:
    """Return a whole answer; `changed` are members of its choice."""
    said: JsonObject = {"content": "calm", **(message or {})}
    choice: JsonObject = {"index": index, "message": said, "finish_reason": "stop"}
    usage: JsonObject = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
    return {"model": "acme-1-x", "choices": [choice | changed], "usage": usage}


def read(document: JsonValue) -> Answer:
    return PROVIDER.answer(json.dumps(document).encode())


def test_it_satisfies_the_protocol() -> None:
    provider: Provider = PROVIDER
    assert provider.name == "acme"


def test_a_prompt_without_settings_is_sent_without_settings() -> None:
    call = PROVIDER.call(Prompt(model="m", message="Hello"), "sesame", stream=False)
    assert call.path == "/chat/completions"
    assert call.headers == {"authorization": "Bearer sesame"}
    messages: JsonValue = [{"role": "user", "content": "Hello"}]
    assert call.body == {"model": "m", "messages": messages, "own": "Hello", "stream": False}
    assert "sesame" not in repr(call)


def test_a_prompt_with_all_settings_is_sent_with_them() -> None:
    prompt = Prompt(model="m", message="Hello", tools=(TOOL,), tool_choice=ToolChoice.NONE, temperature=0)
    body = PROVIDER.call(prompt, "sesame", stream=True).body
    function: JsonObject = {"name": "tide_at", "description": "Tells.", "parameters": {"type": "object"}}
    assert same_json(body.pop("tools"), [{"type": "function", "function": function}])
    assert body.pop("tool_choice") == "none"
    assert body.pop("temperature") == 0
    assert body.pop("stream") is True
    assert body.keys() == {"model", "messages", "own"}


def test_an_answer_is_read() -> None:
    assert read(completion()) == Answer(
        message="calm",
        model="acme-1-x",
        finish_reason=FinishReason.STOP,
        usage=Usage(input_tokens=3, output_tokens=1),
    )


def test_usage_may_be_missing() -> None:
    document = completion()
    del document["usage"]
    assert read(document).usage == Usage()


def test_calls_of_functions_and_custom_tools_are_passed_on() -> None:
    custom: JsonObject = {"id": "call_2", "type": "custom", "custom": {"name": "run", "input": "print(1)"}}
    answer = read(completion({"content": None, "tool_calls": [CALL, custom]}, finish_reason="tool_calls"))
    assert answer.message == ""
    assert answer.finish_reason is FinishReason.TOOL_CALLS
    assert answer.tool_calls == (
        ToolCall(id="call_1", name="tide_at", arguments="{"),
        ToolCall(id="call_2", name="run", arguments="print(1)"),
    )


def test_a_refusal_is_the_message() -> None:
    answer = read(completion({"content": None, "refusal": "I would rather not."}))
    assert answer.message == "I would rather not."
    assert answer.finish_reason is FinishReason.CONTENT_FILTER


def test_a_model_may_say_nothing() -> None:
    answer = read(completion({"content": None}, finish_reason="length"))
    assert (answer.message, answer.finish_reason) == ("", FinishReason.LENGTH)


def test_of_several_choices_the_first_is_taken() -> None:
    document = completion()
    second: JsonObject = {"index": 1, "message": {"content": "rough"}, "finish_reason": "length"}
    choices = document["choices"]
    assert isinstance(choices, list)
    document["choices"] = [second, *choices]
    assert read(document).message == "calm"


def test_a_choice_without_another_is_taken_whatever_its_index() -> None:
    assert read(completion(index=7)).message == "calm"


def test_an_early_answer_says_in_details_why_it_stopped() -> None:
    answer = read(completion(finish_reason=None, finish_details={"type": "max_tokens"}))
    assert answer.finish_reason is FinishReason.LENGTH


@pytest.mark.parametrize("reason", [None, "", "out_of_steam"])
def test_an_answer_that_is_not_whole_is_refused(reason: str | None) -> None:
    with pytest.raises(BrokenOffError, match="Acme's answer broke off") as caught:
        read(completion(finish_reason=reason))
    assert caught.value.partial == "calm"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "at the top: "),
        ({}, "at /model: Field required"),
        (completion() | {"choices": []}, "at /choices: "),
        (completion() | {"choices": None}, "at /choices: "),
        (completion() | {"model": 4}, "at /model: "),
        (completion() | {"usage": {"prompt_tokens": "3"}}, "at /usage/prompt_tokens: "),
        (completion() | {"usage": {"completion_tokens": -1}}, "at /usage/completion_tokens: "),
        (completion({"content": 12}), "at /choices/0/message/content: "),
        (completion(finish_reason=1), "at /choices/0/finish_reason: "),
        (completion({"tool_calls": [{"id": "call_1"}]}), "at /choices/0/message/tool_calls/0/function: "),
        (
            completion({"tool_calls": [{"id": "", "function": {"name": "f", "arguments": ""}}]}),
            "at /choices/0/message/tool_calls/0/id: ",
        ),
        (completion(finish_reason="tool_calls"), "names none"),
        ({"error": "secret"}, "at /error: "),
    ],
)
def test_another_shape_is_refused_and_its_place_told(document: JsonValue, place: str) -> None:
    with pytest.raises(UpstreamError) as caught:
        read(document)
    assert caught.value.detail.startswith("Acme")
    assert place in caught.value.detail
    assert "secret" not in caught.value.detail
    assert not isinstance(caught.value, BrokenOffError)


def test_a_message_without_content_is_refused() -> None:
    with pytest.raises(UpstreamError, match="at /choices/0/message/content: Field required"):
        read(completion(message=None) | {"choices": [{"index": 0, "message": {}, "finish_reason": "stop"}]})


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"<html>secret</html>", b'{"a": NaN}'])
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(UpstreamError, match="not JSON") as caught:
        PROVIDER.answer(body)
    assert "secret" not in caught.value.detail


@pytest.mark.parametrize(
    ("kind", "transient"), [("server_error", True), (None, True), ("invalid_request_error", False)]
)
def test_an_error_in_place_of_an_answer_is_told_in_the_providers_words(kind: str | None, transient: bool) -> None:
    with pytest.raises(UpstreamError) as caught:
        read(completion() | {"error": {"message": "Out of order.", "type": kind}})
    assert caught.value.detail == "Acme failed: Out of order."
    assert (caught.value.transient, caught.value.blames_host) == (transient, transient)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "Out of order."}}', "Out of order."),
        (b'{"error": {"message": "Out\\nof  order."}}', "Out of order."),
        (b'{"error": {"message": "Wrong key provided: test. Try again."}}', "Wrong key provided: [hidden] Try again."),
        (b'{"error": {"message": "Wrong key: sk-1**********test"}}', "Wrong key: [hidden]"),
        (b'{"error": {"message": "Your api key: ****-key is invalid"}}', "Your api key: [hidden] is invalid"),
        (b'{"error": {"message": "Too many in org-0123456789abcdefghijklmn, wait"}}', "Too many in [hidden], wait"),
        (b'{"error": "Out of order."}', ""),
        (b"Out of order.", ""),
        (b"", ""),
    ],
)  # fmt: skip
def test_the_words_of_an_error_hold_no_secret(body: bytes, words: str) -> None:
    assert PROVIDER.failure(body) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"Failed to deserialize\nthe body", "Failed to deserialize the body"),
        (b"Wrong key ****-key", "Wrong key [hidden]"),
        (b'{"error": {"message": "Out of order."}}', "Out of order."),
        (b" <html>Bad gateway</html>", ""),
        (b'{"detail": "no"}', ""),
        (b"\xff", ""),
    ],
)
def test_errors_may_be_plain_text_where_a_provider_has_such(body: bytes, words: str) -> None:
    assert PLAIN.failure(body) == words


def test_readers_know_the_name_and_the_reasons_of_the_provider() -> None:
    with pytest.raises(BrokenOffError, match="Acme"):
        PROVIDER.reader().close()
