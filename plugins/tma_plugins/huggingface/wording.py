"""The text that a model is sent, with places for pictures and videos in it."""

from __future__ import annotations

from typing import Any

from tma_plugins.huggingface.loading import Loaded

PLAIN = "{media}\n{prompt}"
OF_KIND = {
    "blip-2": "{media}Question: {prompt} Answer:",
    "instructblip": "{media}{prompt}",
    "llava": "USER: {media}\n{prompt} ASSISTANT:",
    "paligemma": "{media}answer en {prompt}",
    "video_llava": "USER: {media}\n{prompt} ASSISTANT:",
    "vipllava": "USER: {media}\n{prompt} ASSISTANT:",
}
"""What the models' own documentation sends, for those that come without a chat template."""


def word(
    loaded: Loaded, prompt: str, *, kind: str, count: int, template: str = "", system: str = ""
) -> str:
    """The whole text of one request, up to where the model goes on.

    Args:
        loaded: whose words they are.
        prompt: what is asked.
        kind: `image` or `video`.
        count: how many of them.
        template: with `{media}` and `{prompt}`; if empty, the chat template or that of its kind.
        system: a system message, for a chat template only.
    """
    if not template and getattr(loaded.processor, "chat_template", None):
        content: list[dict[str, Any]] = [{"type": kind}] * count
        messages: list[dict[str, Any]] = [
            {"role": "user", "content": [*content, {"type": "text", "text": prompt}]}
        ]
        if system:
            messages.insert(0, {"role": "system", "content": [{"type": "text", "text": system}]})
        text: str = loaded.processor.apply_chat_template(
            messages, add_generation_prompt=True, tokenize=False
        )
        return text
    token = getattr(loaded.processor, f"{kind}_token", None) or getattr(
        loaded.tokenizer, f"{kind}_token", ""
    )
    media = "\n".join([str(token)] * count)
    pattern = template or OF_KIND.get(loaded.kind, PLAIN)
    return pattern.replace("{media}", media).replace("{prompt}", prompt)
