from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quizzing import QuestionKind
from bot.domain.typed_answers import Shown, read_answer

SINGLE = Shown(
    QuestionKind.SINGLE,
    (
        "نعم، بعد موافقة خطية من جهة عمله",
        "نعم، إن كتب باسم مستعار لا يدل على وظيفته",
        "لا، فالموظف لا يبدي رأيه علناً في الشؤون العامة",
        "نعم، فحريته في التعبير محفوظة ما دامت مسؤولة",
    ),
)
MULTIPLE = Shown(
    QuestionKind.MULTIPLE,
    ("الولاء والانتماء", "الحضور اليومي في المنصات", "تماسك المجتمع", "خدمة المواطن"),
)
CASE = Shown(
    QuestionKind.CASE,
    (
        "Prohibited: an employee does not speak on politics",
        "Allowed: a responsible opinion without offence to anybody",
        "Allowed if his employer agrees before he posts it",
    ),
)
TRUE_FALSE = Shown(QuestionKind.TRUE_FALSE, ("صح", "خطأ"), "يكفي أن ينشر الحساب الرسمي الأخبار.")
ENGLISH_TRUE_FALSE = Shown(QuestionKind.TRUE_FALSE, ("True", "False"))


def lines(text: str) -> list[str]:
    return [one.strip() for line in text.strip().splitlines() for one in line.split("|")]


SECOND = lines("""
    ب | الجواب ب | ب. | (ب) | بـ | ب؟ | أعتقد ب | ب طبعا 😂 | ب 👍 | ب شكرا | يا واعي ب
    b | B) | i think its b | the answer is b | b because its right | ans b | 🅱️ | ill go with b
    الثانية | التاني | التانيه | الثـــانية | ثاني واحد | الثَّانِيَة | الثانيه صح | الثاني اظن
    يمكن الثانية والله اعلم | الجواب هو الثاني | the second one | second | 2nd | number two
    althanya | el tanya | thani | el jawab b | a3taqed b | yemken el thania
    ٢ | 2 | ۲ | رقم ٢ | خيار 2 | خيار٢ | option2 | option 2 | 2️⃣ | اثنين | تنين | ثنتين | ithnain
    أ لا لا ب | أ، قصدي ب | a no wait b | a sorry i mean b | مو أ ب | ليش مو أ؟ لا خلها ب
    لا أ ولا ج، ب | اسم مستعار | باسم مستعر | اللي باسم مستعار | نعم إن كتب باسم مستعار
    ب - باسم مستعار | ب لأنها الأصح | والله فكرت شوي، ب
""")
FALSE = lines("""
    غلط | خطا | خطأ | خطاء | مو صح | مب صح | مش صح | مش صحيح | ليس صحيحا | غير صحيح | موصح
    لا | لأ | كلا | لا لا | لاااا | لا طبعا | اكيد لا | اي غلط | صح لا غلط | غلط 👎 | ❌ | لا غلط
    ب | الثانية | ٢ | غلط، ما يكفي الكلام | لا ما يكفي | خطأ لأنه ممنوع | الكلام خاطئ
    false | no | nope | wrong | not true | isn't true | its false | incorrect | Fasle | ghalat
    mo sa7 | mish sa7 | 5ata2 | b | second
""")
TRUE = lines("""
    صح | صحيح | صحيحة | صحيييح | اي صح | نعم | اي | أيوه | ايه صح | اكيد | مضبوط | صح؟ | ✅ | 👍
    مو غلط | مش خطأ | العبارة صحيحة | اظن صح | غلط لا لا صح | أ | الأولى | ١ | صح، يكفي هذا
    true | yes | correct | not false | i think its true | sa7 | sah | 9a7 | a | first | Treu
""")
NO_ANSWER = lines("""
    ليش ب غلط؟ | شو يعني ب؟ | طيب ليش ممنوع؟ | هل يجوز اعيد تغريدة؟ | وش الفرق | ب ولا؟
    ما الفرق بين الأولى والثانية | why not a? | what is the difference between a and b | is it b
    هل هي ب | هو شنو قصدك بالثانية | which one | اي واحد | can i change my answer
    وقف | بعدين | اختبار جديد | اعد السؤال | عطني تلميح | next | skip | stop | hint please
    ما اعرف | مدري | مادري والله | i dont know | no idea | not sure | 🤔 | هههه | :D | <3 | ...
    لا افهم السؤال | عندي سؤالين | صح النوم | لا شكرا | no thanks | b4 i answer | شكرا | thanks
    one question please | الساعة ٢ | تغريدة ثانية | واحد ثاني | another one | wait a second
    السلام عليكم | مرحبا | hello | صباح الخير | ok | طيب | تمام | خلاص | a good question
    ب مو واضحة | كلهم نفس الشي | كل عام وانتم بخير | صح عندي سؤال | صح نسيت اسألك | غلط مني آسف
    خطأ في السيرفر | السؤال غلط | ضغطت غلط | طلع صح؟ | باقي 2 | first let me ask | one more time
    last week i posted | no problem | not now | never mind | لا مشكلة | مو الحين | مو فاهم | نعم؟
    ثانية بس | مرة ثانية | اول مرة | الاثنين | 2024 | ٥٠٪ | plan b | vitamin c | all good | c u
    د. أحمد | أ. سارة قالت | ما هو الجواب الصحيح | عطني الجواب | is the answer b | what about c
    وج؟ | طيب وج | and c? | يعني كلهم صح؟ | مو معقول | in a minute | give me a sec | u there
    ب او ج | ب ولا ج | a or b | a@b.c | https://a.b | انا من بلدية مسقط
    صورنا اليوم حفل التكريم والجو كان جميل | ابي اكلم الموارد البشرية
""")


@pytest.mark.parametrize("text", SECOND)
def test_the_second_of_four(text: str) -> None:
    assert read_answer(text, SINGLE) == frozenset({1})


@pytest.mark.parametrize("text", FALSE)
def test_false(text: str) -> None:
    assert read_answer(text, TRUE_FALSE) == frozenset({1})
    assert read_answer(text, ENGLISH_TRUE_FALSE) == frozenset({1}) or "يكفي" in text


@pytest.mark.parametrize("text", TRUE)
def test_true(text: str) -> None:
    assert read_answer(text, TRUE_FALSE) == frozenset({0})
    assert read_answer(text, ENGLISH_TRUE_FALSE) == frozenset({0}) or "يكفي" in text


@pytest.mark.parametrize("shown", [SINGLE, MULTIPLE, CASE, TRUE_FALSE], ids=lambda s: s.kind)
@pytest.mark.parametrize("text", NO_ANSWER)
def test_no_answer(text: str, shown: Shown) -> None:
    assert read_answer(text, shown) is None


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("أ و ج", "02"),
        ("ا,ج", "02"),
        ("أج", "02"),
        ("أ+ج", "02"),
        ("a and c", "02"),
        ("A & C", "02"),
        ("a w c", "02"),
        ("ac", "02"),
        ("١ و٣", "02"),
        ("1,3", "02"),
        ("الأولى والثالثة", "02"),
        ("first and third", "02"),
        ("أ\nج", "02"),
        ("ج بس", "2"),
        ("ب وج ود", "123"),
        ("134", "023"),
        ("أول ثنتين", "01"),
        ("the last two", "23"),
        ("كلهم", "0123"),
        ("كلهن صح", "0123"),
        ("جميع ما سبق", "0123"),
        ("all of them", "0123"),
        ("kolhom", "0123"),
        ("الاربعة", "0123"),
        ("الكل ما عدا ب", "023"),
        ("كلهم إلا الأخيرة", "012"),
        ("all but b", "023"),
        ("كلهم الا الحضور اليومي", "023"),
        ("مو أ مو د، الباقي", "12"),
        ("أ ب لا لا أ ج", "02"),
        ("الولاء وتماسك المجتمع", "02"),
        ("خدمة المواطن، الولاء والانتماء", "03"),
        ("خدمه المواطن", "3"),
    ],
)
def test_several(text: str, places: str) -> None:
    assert read_answer(text, MULTIPLE) == frozenset(map(int, places))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("الأخيرة", 3),
        ("last", 3),
        ("akhir wa7ed", 3),
        ("اللي قبل الأخيرة", 2),
        ("second to last", 2),
        ("واحد", 0),
        ("awal wa7ed", 0),
        ("rabe3", 3),
        ("د", 3),
        ("بعد موافقه خطيه", 0),
        ("bild mowafaqa", None),
        ("حرية التعبير محفوظة", 3),
        ("الموظف ما يبدي رايه علنا", 2),
        ("نعم", None),
        ("صح", None),
        ("لا", None),
        ("أ و ج", None),
        ("٥", None),
        ("هـ", None),
        ("كلهم", None),
        ("15", None),
    ],
)
def test_one_of_four(text: str, place: int | None) -> None:
    assert read_answer(text, SINGLE) == (None if place is None else frozenset({place}))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("allowed if his employer agrees", 2),
        ("responsible opinon", 1),
        ("it doesnt speak on politics", 0),
        ("Prohibited only on politics, A", 0),
        ("allowed", None),
        ("d", None),
        ("the last one", 2),
    ],
)
def test_a_case_in_english(text: str, place: int | None) -> None:
    assert read_answer(text, CASE) == (None if place is None else frozenset({place}))


def test_a_number_that_a_choice_speaks_of_is_no_place() -> None:
    shown = Shown(QuestionKind.SINGLE, ("بعد 2 يوم", "بعد 5 أيام", "بعد أسبوع"))
    assert read_answer("2", shown) is None
    assert read_answer("رقم 2", shown) == frozenset({1})


def test_true_and_false_may_stand_the_other_way_round() -> None:
    shown = Shown(QuestionKind.TRUE_FALSE, ("خطأ", "صح"))
    assert read_answer("صح", shown) == frozenset({1})
    assert read_answer("مو صح", shown) == frozenset({0})
    assert read_answer("ب", shown) == frozenset({1})


SHOWN = st.sampled_from([SINGLE, MULTIPLE, CASE, TRUE_FALSE])
WORDS = st.sampled_from([*SECOND, *FALSE, *NO_ANSWER, *SINGLE.choices, *CASE.choices, "؟", "و"])


@given(st.text() | st.lists(WORDS, max_size=5).map(" ".join), SHOWN)
def test_places_are_of_the_question(text: str, shown: Shown) -> None:
    places = read_answer(text, shown)
    if places is not None:
        assert places
        assert places <= set(range(len(shown.choices)))
        assert len(places) == 1 or shown.kind is QuestionKind.MULTIPLE


@given(st.permutations(range(4)), st.integers(0, 3), st.integers(1, 3))
def test_words_follow_their_choice(order: list[int], place: int, left_out: int) -> None:
    shown = Shown(QuestionKind.SINGLE, tuple(SINGLE.choices[own] for own in order))
    words = SINGLE.choices[place].split()
    assert read_answer(" ".join(words[: len(words) - left_out]), shown) == frozenset(
        {order.index(place)}
    )


@given(st.permutations(range(4)), st.sampled_from(["ب", "the second", "٢", "كلهم", "أ و د"]))
def test_places_do_not_follow_the_choices(order: list[int], text: str) -> None:
    shown = Shown(QuestionKind.MULTIPLE, tuple(MULTIPLE.choices[own] for own in order))
    assert read_answer(text, shown) == read_answer(text, MULTIPLE)
