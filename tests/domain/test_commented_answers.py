from __future__ import annotations

import pytest

from bot.domain.quizzing import QuestionKind
from bot.domain.typed_answers import Shown, read_answer

CASE = Shown(
    QuestionKind.CASE,
    (
        "Prohibited: an employee does not speak on politics",
        "Allowed: a responsible opinion without offence to anybody",
        "Allowed if his employer agrees before he posts it",
    ),
)
TRUE_FALSE = Shown(QuestionKind.TRUE_FALSE, ("صح", "خطأ"), "يكفي أن ينشر الحساب الرسمي الأخبار.")
WAITS = Shown(
    QuestionKind.SINGLE,
    (
        "ترجع إلى المصدر الرسمي قبل أن تنشر",
        "تنتظر لترى هل ينشره أناس كثيرون",
        "تسأل من أرسله: هل هو متأكد؟",
        "تنشره مع عبارة «كما وصلني»",
    ),
    "وصل إلى جميلة مقطع صوتي عن إغلاق سوق السيب. ماذا تفعل أولاً؟",
)
RISKS = Shown(
    QuestionKind.MULTIPLE,
    ("التصيد الاحتيالي", "المتابعون الوهميون", "مهاجمة تطبيقات الويب", "الهندسة الاجتماعية"),
    "أي المخاطر الآتية تعدّه السياسة من أهم المخاطر؟",
)
PRIVACY = Shown(
    QuestionKind.SINGLE,
    (
        "أن ينشرها مع عبارة تخلي مسؤولية جهته",
        "ألا ينشرها كما هي، حفظاً لخصوصية المراجعين",
        "أن ينشرها قصةً تختفي بعد 24 ساعة",
    ),
    "ظهرت في الصورة أوراق فيها أسماء مراجعين. ما الذي تقتضيه القاعدة؟",
)


def lines(text: str) -> list[str]:
    return [one.strip() for line in text.strip().splitlines() for one in line.split("|")]


@pytest.mark.parametrize(
    ("text", "shown", "places"),
    [
        # A clear pick, then a comment.
        *(
            (text, TRUE_FALSE, "1")
            for text in lines("""
            غلط غلط لازم أحوله | مو صحيح برأيي المتواضع | لا طبعا ما يحق له | لا ما يجوز له هالشي
            خطأ مو هم اللي يردون | غلط مينفعش يعمل كده | false, he speaks for all | صح؟ لا خطأ
            كنت بقول صح بس لا غلط | nope he cant just like anything | ghala6 lazem a7awelha
        """)
        ),
        *(
            (text, TRUE_FALSE, "0")
            for text in lines("""
            صح بس بالواقع ما حدا بيعطينا شي | صح كذاك | اي صج | ايوا صحيح كلامكم | صح لازم ياخذ إذن
            true although i hate it | ee sa7 | صح 💯 الاذن واجب
        """)
        ),
        *(
            (text, WAITS, "0")
            for text in lines("""
            أ، محد يفوض غيره | أ احسها | 1 طبعا لازم نتاكد | الاول والباقي كله غلط
            من كثر ما شفت هالشي بالدوام.. رقم ١ المصدر الرسمي | أ لان لازم التأكد
        """)
        ),
        # Corrections.
        *(
            (text, WAITS, "0")
            for text in lines("""
            د.. لا لا أ | ب قصدي أ | كنت بقول د بس أ احسن | اول شي قلت ج بس لا، أ
            قلت الثالث؟ لا امسحها، الاول | i was going to say d but its a
        """)
        ),
        ("٣ و٤.. لا خلوها ٣ بس", RISKS, "2"),
        ("أ و ب.. لا لا أ و د", RISKS, "03"),
        # Rough words of a choice.
        *(
            (text, WAITS, "0")
            for text in lines("""
            أرجع للمصدر الرسمي | ارجع للمصذر الرسمي | المصدرالرسمي | masdar rasmi
            ترجع للمصدر | arja3 lel masdar el rasmi
        """)
        ),
        ("انطر واشوف الناس تنشره والا لا", WAITS, "1"),
        ("اسأل اللي ارسله", WAITS, "2"),
        ("كما وصلني", WAITS, "3"),
        ("privacy المراجعين", PRIVACY, "1"),
        ("khososiyat el moraj3een", PRIVACY, "1"),
        ("التصيد + web apps + الهندسة الاجتماعية", RISKS, "023"),
        ("phishing w الهندسة الاجتماعية", RISKS, "03"),
        ("التصيد والهندسه الاجتماعيه ومهاجمة التطبيقات", RISKS, "023"),
        ("اول وحدة وآخر وحدة", RISKS, "03"),
        ("اول 3 بس", RISKS, "012"),
        # The middle one.
        ("الوسط", PRIVACY, "1"),
        ("middle one", CASE, "1"),
        ("الوسط", WAITS, ""),
    ],
)
def test_more_than_a_pick(text: str, shown: Shown, places: str) -> None:
    assert read_answer(text, shown) == (frozenset(map(int, places)) or None)


@pytest.mark.parametrize("shown", [CASE, WAITS, RISKS, PRIVACY, TRUE_FALSE])
@pytest.mark.parametrize(
    "text",
    lines("""
        صح كلامك بس وين السؤال | صح لسانك | غلط ضغطت بالغلط | خطأ في التطبيق | صح اني تعبت
        true, but can i skip this? | لا لا مو الحين | رقم ٢ مكرر | c you tomorrow
        الاولى ان نوقف الحين | ا خوي وين الرابط | الاخير ما فهمته | يا أ يا ب | أ أو ب ما ادري
        صح صح تذكرت موعدي | خطأ مطبعي في الخيار ب | عندنا ٣ محاضرات
        الف شكر والله | يا ناس اني واحد ما يعرف يسوق
        شفت المصدر الرسمي امس وكان مقفل | وصلني نفس المقطع امس | التصيد عندنا منتشر وايد
        اللي بعده | مرة ثانية، هالمرة كاملة | المراجعين اليوم وايد | محتار بين أ و ب
    """),
)
def test_still_no_answer(text: str, shown: Shown) -> None:
    assert read_answer(text, shown) is None


def test_a_place_that_a_choice_speaks_of_is_of_its_words() -> None:
    shown = Shown(QuestionKind.SINGLE, ("الفصل من العمل", "تنبيه في المرة الأولى، ثم المساءلة"))
    assert read_answer("الأولى، ثم المساءلة", shown) == frozenset({1})
