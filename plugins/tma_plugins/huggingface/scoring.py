"""From a batch of texts and pictures to what the model writes, or how likely options are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tma
from tma_plugins.huggingface.loading import Loaded
from tma_plugins.modelkit.sights import pictures_of

if TYPE_CHECKING:
    from torch import Tensor

_LOOKS_AHEAD = ("paligemma",)
"""Kinds whose prompt tokens see later ones, so that a text's likelihood can't be read off."""


@dataclass(frozen=True)
class Prompt:
    """What one request shows and says.

    Attributes:
        text: with the places for the media in it.
        clip: a picture, or frames.
        native: whether the frames are shown as a video.
    """

    text: str
    clip: tma.Clip
    native: bool


@dataclass(frozen=True)
class Written:
    """What the model wrote, and how many tokens it read and wrote."""

    text: str
    read: int
    wrote: int


def encode(loaded: Loaded, prompts: Sequence[Prompt], side: str = "left") -> Any:
    """Inputs of the model for prompts of one kind (all native or none)."""
    starts = loaded.tokenizer.bos_token
    text = [p.text for p in prompts]
    arguments: dict[str, Any] = {
        # a chat template may have written the first token already
        "add_special_tokens": not (starts and text[0].startswith(starts)),
        "padding": True,
        "padding_side": side,
        "return_tensors": "pt",
    }
    if prompts[0].native:
        arguments["videos"] = [p.clip.frames for p in prompts]
        arguments["video_metadata"] = [_metadata(p.clip) for p in prompts]
        arguments["do_sample_frames"] = False
    else:
        arguments["images"] = [pictures_of(p.clip) for p in prompts]
    inputs = loaded.processor(text=text, **arguments)
    return inputs.to(loaded.model.device, dtype=loaded.model.dtype)


def _metadata(clip: tma.Clip) -> dict[str, Any]:
    return {
        "total_num_frames": clip.places[-1] + 1,
        "fps": clip.rate,
        "frames_indices": list(clip.places),
        "height": clip.frames.shape[1],
        "width": clip.frames.shape[2],
    }


def write(loaded: Loaded, prompts: Sequence[Prompt], settings: Mapping[str, Any]) -> list[Written]:
    """What the model writes after each prompt.

    Args:
        loaded: who writes.
        prompts: all native or none.
        settings: arguments of `generate`.
    """
    import torch

    inputs = encode(loaded, prompts)
    with torch.inference_mode():
        output = loaded.model.generate(**inputs, **settings)
    new = output if _apart(loaded) else output[:, inputs["input_ids"].shape[1] :]
    texts = loaded.tokenizer.batch_decode(new, skip_special_tokens=True)
    padding = loaded.tokenizer.pad_token_id
    return [
        Written(text, int(mask.sum()), int((row != padding).sum()))
        for text, mask, row in zip(texts, inputs["attention_mask"], new, strict=True)
    ]


def _apart(loaded: Loaded) -> bool:
    return bool(getattr(loaded.model.config, "is_encoder_decoder", False))


def letter_scores(
    loaded: Loaded, prompts: Sequence[Prompt], counts: Sequence[int]
) -> list[list[float]]:
    """Log-probabilities of the option letters as the next token, with or without a space.

    Args:
        loaded: the model.
        prompts: all native or none.
        counts: how many options each has.

    Raises:
        ModelError: a letter is no token of the model's.
    """
    import torch

    inputs = encode(loaded, prompts)
    with torch.inference_mode():
        # by generate, which knows how its model counts positions on a padded row
        output = loaded.model.generate(
            **inputs,
            max_new_tokens=1,
            do_sample=False,
            output_logits=True,
            return_dict_in_generate=True,
        )
        likely = torch.log_softmax(output.logits[0].float(), -1)
    tokens = [_tokens_of(loaded, chr(ord("A") + i)) for i in range(max(counts))]
    return [
        [float(torch.logsumexp(row[t], 0)) for t in tokens[:count]]
        for row, count in zip(likely, counts, strict=True)
    ]


def _tokens_of(loaded: Loaded, letter: str) -> list[int]:
    ways = (loaded.tokenizer.encode(w, add_special_tokens=False) for w in (letter, f" {letter}"))
    single = sorted({way[0] for way in ways if len(way) == 1})
    if not single:
        raise tma.ModelError(f"{letter} is no token of this model", hint="use scoring=options")
    return single


def option_scores(loaded: Loaded, prompt: Prompt, options: Sequence[str]) -> list[float]:
    """The mean log-probability of each option's tokens after the prompt.

    Raises:
        ModelError: the model's likelihoods can't be read off one pass.
    """
    import torch

    if _apart(loaded) or loaded.kind in _LOOKS_AHEAD:
        raise tma.ModelError(
            f"scoring=options does not suit models of kind {loaded.kind}", hint="use letters"
        )
    space = "" if prompt.text[-1:].isspace() else " "
    whole = [Prompt(f"{prompt.text}{space}{o}", prompt.clip, prompt.native) for o in options]
    (start,) = encode(loaded, [prompt], "right")["input_ids"]
    # padded on the right no token sees any padding, and positions count from the first token
    inputs = encode(loaded, whole, "right")
    with torch.inference_mode():
        likely = torch.log_softmax(loaded.model(**inputs).logits.float(), -1)
    rows, lengths = inputs["input_ids"], inputs["attention_mask"].sum(1).tolist()
    shared = min(_common(start, row) for row in rows)
    scores = []
    for row, ahead, length in zip(rows, likely, lengths, strict=True):
        own = row[shared:length]
        chosen = ahead[shared - 1 : length - 1].gather(1, own[:, None])
        scores.append(float(chosen.mean()))
    return scores


def _common(first: Tensor, second: Tensor) -> int:
    """How many tokens two rows share at their beginning."""
    count = min(len(first), len(second))
    differ = (first[:count] != second[:count]).nonzero()
    return int(differ[0]) if len(differ) else count
