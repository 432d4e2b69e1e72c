from pathlib import Path

import pytest

from tma.errors import ConfigError
from tma.prompts import DETAILED, STYLES, SUCCINCT, find_prompt


@pytest.mark.parametrize("name", STYLES)
def test_styles_hold_question_and_lettered_options(name: str) -> None:
    text = find_prompt(name).fill("What is it?", ["a {question}", "b"])
    assert "What is it?" in text
    assert "\nA. a {question}\nB. b\n" in text
    assert "{options}" not in text
    assert "letter" in text


def test_the_detailed_style_says_what_is_shown() -> None:
    for kind, word in (("image/png", "picture"), ("video/mp4", "video"), (None, "scene")):
        assert f"at the {word}," in DETAILED.fill("?", ["a", "b"], kind)


def test_a_file_is_a_template(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("Q: {question}\n{options}\nA:\n")
    prompt = find_prompt(str(file))
    assert prompt.fill("?", ["a", "b"]) == "Q: ?\nA. a\nB. b\nA:"
    assert prompt.version.startswith("mine.txt@")
    file.write_text("Q: {question}\n{options}\nReply:\n")
    assert find_prompt(str(file)).version != prompt.version
    assert SUCCINCT.version == "succinct@1"


def test_mistakes_name_the_cause(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no prompt is called 'terse'.*succinct, detailed"):
        find_prompt("terse")
    file = tmp_path / "bad.txt"
    file.write_text("{question}")
    with pytest.raises(ConfigError, match=r"bad\.txt: the template lacks \{options\}"):
        find_prompt(str(file))
    file.write_bytes(b"\xff{question}{options}")
    with pytest.raises(ConfigError, match="no UTF-8 text"):
        find_prompt(str(file))
