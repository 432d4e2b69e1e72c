import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma.parsing import parse_reply

ANIMALS = ("dog", "cat", "cow", "horse")
PLACES = ("left", "top left", "right", "bottom right")
COLORS = ("red", "blue", "green", "dark green")
COUNTS = ("1", "2", "3", "4")
FIVE = ("dog", "cat", "cow", "horse", "sheep")
NESTED = ("appliance", "electrical appliance", "oven", "microwave oven")
CHINESE = ("左上", "右上", "左下", "右下")
RUSSIAN = ("кошка", "собака", "корова", "лошадь")
LETTERS = ("B", "A", "D", "C")
MANY = tuple(f"thing {n}" for n in range(26))

OPTION = [
    # a letter and nothing else
    ("B", ANIMALS, 1),
    ("b", ANIMALS, 1),
    (" B\n", ANIMALS, 1),
    ("B.", ANIMALS, 1),
    ("B)", ANIMALS, 1),
    ("(B)", ANIMALS, 1),
    ("[B]", ANIMALS, 1),
    ("(b)", ANIMALS, 1),
    ("**B**", ANIMALS, 1),
    ("**B.**", ANIMALS, 1),
    ("`B`", ANIMALS, 1),
    ('"B"', ANIMALS, 1),
    ("$B$", ANIMALS, 1),
    ("\uff22", ANIMALS, 1),
    ("B</s>", ANIMALS, 1),
    ("B<|im_end|>", ANIMALS, 1),
    ("Option B", ANIMALS, 1),
    ("option (b).", ANIMALS, 1),
    ("A", ANIMALS, 0),
    ("a", ANIMALS, 0),
    ("Z", MANY, 25),
    # letter and text
    ("B. cat", ANIMALS, 1),
    ("B) cat", ANIMALS, 1),
    ("(B) cat", ANIMALS, 1),
    ("B: cat.", ANIMALS, 1),
    ("B - cat", ANIMALS, 1),
    ("**B. top left**", PLACES, 1),
    ("B (top left)", PLACES, 1),
    ("A. left", PLACES, 0),
    ("B.top left", PLACES, 1),
    # declared
    ("ANSWER: $B$", ANIMALS, 1),
    ("Answer: B", ANIMALS, 1),
    ("Answer:B", ANIMALS, 1),
    ("answer: b", ANIMALS, 1),
    ("Answer: (b)", ANIMALS, 1),
    ("**Answer:** B", ANIMALS, 1),
    ("**Answer: B**", ANIMALS, 1),
    ("Answer:\nB", ANIMALS, 1),
    ("The answer is B.", ANIMALS, 1),
    ("The answer is **B**.", ANIMALS, 1),
    ("The answer is B because the animal is small.", ANIMALS, 1),
    ("The answer is A because it barks.", ANIMALS, 0),
    ("The answer is A.", ANIMALS, 0),
    ("The answer is E because the animal has wool.", FIVE, 4),
    ("The correct answer is option C.", ANIMALS, 2),
    ("The correct option is (D), horse.", ANIMALS, 3),
    ("The best choice would be C", ANIMALS, 2),
    ("I choose B.", ANIMALS, 1),
    ("I would go with D", ANIMALS, 3),
    ("Final answer: C", ANIMALS, 2),
    ("### Final Answer\n\nC", ANIMALS, 2),
    ("The answer is a dog.", ANIMALS, 0),
    ("The answer is: the horse", ANIMALS, 3),
    ("Answer: top left", PLACES, 1),
    ("So the answer is **top left**.", PLACES, 1),
    ("The answer is B, not C.", ANIMALS, 1),
    ("The answer is not A. The answer is C.", ANIMALS, 2),
    ("At first the answer is A. Wait, it has horns, so the answer is C.", ANIMALS, 2),
    ("The answer is A. Final answer: C", ANIMALS, 2),
    ("The answer is definitely D", ANIMALS, 3),
    ("答案是B", ANIMALS, 1),
    ("答案\uff1aB", ANIMALS, 1),
    ("Ответ: C", ANIMALS, 2),
    ("Die Antwort ist B.", ANIMALS, 1),
    ("<answer>B</answer>", ANIMALS, 1),
    (r"\boxed{C}", ANIMALS, 2),
    (r"Therefore the result is $\boxed{\text{C}}$.", ANIMALS, 2),
    (r"It could be \boxed{A}, but it is \boxed{C}", ANIMALS, 2),
    (r"\boxed{top left}", PLACES, 1),
    (r"The answer is \(\boxed{C}\)", ANIMALS, 2),
    # JSON
    ('{"answer":"B"}', ANIMALS, 1),
    ('```json\n{"answer": "B", "reason": "A dog would be larger"}\n```', ANIMALS, 1),
    ('{"Final Answer": "cat"}', ANIMALS, 1),
    ('{"answer": "B. cat"}', ANIMALS, 1),
    ('{"answer": 3}', COUNTS, 2),
    ('{"reasoning": "C looks odd", "choice": {"letter": "D"}}', ANIMALS, 3),
    # thoughts
    ("<think>A or C? I say A.</think>B", ANIMALS, 1),
    ("<think>\nThe answer is A.\n</think>\n\nThe answer is C.", ANIMALS, 2),
    ("It may be A or D.</think> B", ANIMALS, 1),
    # prose
    ("A dog is visible. B", ANIMALS, 1),
    ("There is an animal in the middle. (C)", ANIMALS, 2),
    ("B\n\nExplanation: the animal purrs; A is wrong.", ANIMALS, 1),
    ("I see whiskers and a tail.\n\nB", ANIMALS, 1),
    ("Looking at it, wool and hooves; a flock animal, so option E matches best.", FIVE, 4),
    ("I think it's C", MANY, 2),
    ("A is wrong, C fits.", ANIMALS, 2),
    ("It is B, not A.", ANIMALS, 1),
    ("A. dog\nB. cat\nC. cow\nD. horse\n\nB", ANIMALS, 1),
    ("I'm sorry, it is blurred, but the answer is B", ANIMALS, 1),
    ("我选择B", ANIMALS, 1),
    ("选B", ANIMALS, 1),
    ("- **B**", ANIMALS, 1),
    ("ASSISTANT: B", ANIMALS, 1),
    ("B is the correct answer.", ANIMALS, 1),
    ("The object is a cat (B)", ANIMALS, 1),
    ("The correct answer is **B: cat**. The others (A, C, D) don't fit.", ANIMALS, 1),
    ("B) cat\nThe picture shows a cat, not a dog.", ANIMALS, 1),
    ("**Final Answer**\n\\[ \\boxed{B} \\]", ANIMALS, 1),
    ("There is no dog. There is a cat.", ANIMALS, 1),
    ("The picture shows neither a dog nor a cow; it is a cat.", ANIMALS, 1),
    ("정답은 B입니다", ANIMALS, 1),
    ("정답은 A입니다.", ANIMALS, 0),
    ("答えはBです。", ANIMALS, 1),
    ("答案\uff1a\uff22", ANIMALS, 1),
    ("الإجابة: B", ANIMALS, 1),
    ("\u24b7", ANIMALS, 1),
    ("\U0001d401", ANIMALS, 1),
    ("[[B]]", ANIMALS, 1),
    ("#### B", ANIMALS, 1),
    ("B<end_of_turn>", ANIMALS, 1),
    ("<answer>B. cat</answer>", ANIMALS, 1),
    ("La réponse est B.", ANIMALS, 1),
    ("La respuesta correcta es la B", ANIMALS, 1),
    ("选项B", ANIMALS, 1),
    ("Selected: B", ANIMALS, 1),
    # option texts
    ("cat", ANIMALS, 1),
    ("Cat.", ANIMALS, 1),
    ("CAT", ANIMALS, 1),
    ("A cat", ANIMALS, 1),
    ("A cat is shown in the picture.", ANIMALS, 1),
    ("a", ("a cat", "a dog"), 0),
    ("It's a Horse!", ANIMALS, 3),
    ("top left", PLACES, 1),
    ("top left.", PLACES, 1),
    ("Top-left", PLACES, 1),
    ("The object is in the top left cell.", PLACES, 1),
    ("on the left", PLACES, 0),
    ("The object is dark green.", COLORS, 3),
    ("The coloured ball is blue", COLORS, 1),
    ("It is blue, not red.", COLORS, 1),
    ("It shows an electrical appliance", NESTED, 1),
    ("microwave oven", NESTED, 3),
    ("3", COUNTS, 2),
    ("There are 3 of them.", COUNTS, 2),
    ("three", COUNTS, 2),
    ("I count three dogs in the 2x2 grid.", COUNTS, 2),
    ("C. 3", COUNTS, 2),
    ("Answer: 4", COUNTS, 3),
    ("右上", CHINESE, 1),
    ("它在右上。", CHINESE, 1),
    ("Тут видна собака.", RUSSIAN, 1),
    ("Собака", RUSSIAN, 1),
    ("고양이입니다", ("개", "고양이", "말"), 1),
]

AMBIGUOUS = [
    ("A or B", ANIMALS),
    ("A, B", ANIMALS),
    ("A/B", ANIMALS),
    ("Both (B) and (C)", ANIMALS),
    ("The answer is B or C.", ANIMALS),
    ("Answer: A and D", ANIMALS),
    ("A dog and a cat", ANIMALS),
    ("B. dog", ANIMALS),
    ("A. dog\nB. cat\nC. cow\nD. horse", ANIMALS),
    ("B", LETTERS),
    ("1 or 2", COUNTS),
    ('{"answer": "A and B"}', ANIMALS),
]

REFUSED = [
    ("I'm sorry, but I can't help with that.", ANIMALS),
    ("I cannot determine the answer from the picture.", ANIMALS),
    ("As an AI, I am unable to view images.", ANIMALS),
    ("I can't see a dog in the picture.", ANIMALS),
    ("I'm sorry, I cannot say whether it is A or B.", ANIMALS),
    ("No image was provided.", ANIMALS),
    ("I don't know.", ANIMALS),
    ("There isn't enough information", ANIMALS),
]

UNPARSED = [
    ("", ANIMALS),
    (None, ANIMALS),
    ("   \n", ANIMALS),
    ("...", ANIMALS),
    ("A coloured thing", COLORS),
    ("doghouse", ANIMALS),
    ("It is an elephant.", ANIMALS),
    ("A large elephant is visible", ANIMALS),
    ("I see", MANY),
    ("E", ANIMALS),
    ("The answer is E", ANIMALS),
    ("<think>It must be B", ANIMALS),
    ("The answer is not B", ANIMALS),
    ("30", COUNTS),
    ("3.5", COUNTS),
    ("The U.S. flag", MANY),
    ("vitamin", ANIMALS),
    ("None of the above", ANIMALS),
    ("\u0412", ANIMALS),  # Cyrillic: a look-alike of B, and the third letter of its alphabet
    ("{}", ANIMALS),
]


@pytest.mark.parametrize(("text", "options", "index"), OPTION)
def test_a_reply_that_names_an_option(text: str, options: tuple[str, ...], index: int) -> None:
    parsed = parse_reply(text, options)
    assert (parsed.outcome, parsed.index) == ("option", index), parsed


@pytest.mark.parametrize(
    ("text", "options", "outcome"),
    [(t, o, "ambiguous") for t, o in AMBIGUOUS]
    + [(t, o, "refused") for t, o in REFUSED]
    + [(t, o, "unparsed") for t, o in UNPARSED],
)
def test_a_reply_that_names_none(text: str | None, options: tuple[str, ...], outcome: str) -> None:
    parsed = parse_reply(text, options)
    assert (parsed.outcome, parsed.index) == (outcome, None), parsed


words = st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=26, unique=True)


@given(st.text(max_size=200), words)
def test_any_text_is_read_without_an_error(text: str, options: list[str]) -> None:
    parsed = parse_reply(text, options)
    assert (parsed.outcome == "option") == (parsed.index is not None)
    assert parsed.index is None or 0 <= parsed.index < len(options)


@given(st.integers(2, 26), st.data())
def test_every_letter_in_every_wrapping(count: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, count - 1))
    letter = chr(ord("A") + index)
    options = [f"thing number {i}x" for i in range(count)]
    wrapped = [f"({letter})", f"**{letter}**", f"ANSWER: ${letter}$", rf"\boxed{{{letter}}}"]
    for text in (letter, *wrapped, f"The answer is {letter}.", json.dumps({"answer": letter})):
        assert parse_reply(text, options).index == index, text


plain = st.lists(
    st.text("abcdefgxyz", min_size=3, max_size=9), min_size=2, max_size=8, unique_by=str.casefold
)


@given(plain, st.data())
def test_a_bare_option_text_names_its_option(options: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(options) - 1))
    for text in (options[index], options[index].upper() + ".", f"The answer is {options[index]}."):
        assert parse_reply(text, options).index == index


def test_more_options_than_letters_are_refused() -> None:
    with pytest.raises(ValueError, match="27 options"):
        parse_reply("A", [str(n) for n in range(27)])


def test_a_long_reply_is_read_in_a_moment() -> None:
    assert parse_reply("not a answer is (" * 20_000, ANIMALS).outcome in ("unparsed", "ambiguous")
