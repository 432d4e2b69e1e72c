"""Exporters: the formats that the field's harnesses and the Hugging Face Hub load unchanged."""

import tma

_EXTRA = "task-me-anything[export]"


@tma.hookimpl
def tma_exporters() -> list[tma.Contribution]:
    """The exporters."""
    home = "tma_plugins.exports"
    both = ("image", "video")
    return [
        tma.Contribution(
            "vlmevalkit",
            f"{home}.vlmevalkit:VlmEvalKit",
            "A TSV file for VLMEvalKit; videos as frames",
            consumes=both,
            config=f"{home}.settings:FrameConfig",
        ),
        tma.Contribution(
            "lmms-eval",
            f"{home}.lmmseval:LmmsEval",
            "A task of lmms-eval: YAML, functions, parquet",
            consumes=both,
            extra=_EXTRA,
        ),
        tma.Contribution(
            "inspect",
            f"{home}.inspecting:Inspect",
            "An installable package of inspect_ai tasks",
            consumes=both,
            config=f"{home}.settings:FrameConfig",
        ),
        tma.Contribution(
            "hf",
            f"{home}.hub:HuggingFace",
            "A Hugging Face dataset: parquet, a card, eval.yaml",
            consumes=both,
            extra=_EXTRA,
        ),
        tma.Contribution(
            "imagefolder",
            f"{home}.imagefolder:ImageFolder",
            "Pictures or videos with metadata.jsonl beside them",
            consumes=both,
        ),
    ]
