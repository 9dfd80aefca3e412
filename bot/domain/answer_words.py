"""What the words of a typed answer mean: a closed list, in all varieties.

Expressions of several words are joined by underscores. Arabic is written as people write it and
folded when read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from arabic import fold
from bot.domain.filler_words import FILLERS


class Sense(Enum):
    """What a word does in an answer; other types tell of places and of all choices."""

    TRUE = auto()
    FALSE = auto()
    YES = auto()
    NO = auto()
    SURELY = auto()
    NOT = auto()
    EXCEPT = auto()
    CORRECTION = auto()
    MIDDLE = auto()
    BUT = auto()
    OR = auto()
    REST = auto()
    """All choices that were not refused."""

    ONE = auto()
    BECAUSE = auto()
    FILLER = auto()
    COURTESY = auto()
    """Adds nothing to a pick, but makes of a yes or no an answer to something else."""

    MINE = auto()
    """Speaks of who writes or of what they want: adds nothing to a pick, makes words doubtful."""

    STOP = auto()
    """Questions, requests, greetings: what holds one is hardly an answer."""


@dataclass(frozen=True)
class Every:
    """All choices, if there are as many; None fits any number."""

    size: int | None = None


Places = tuple[int, ...]
"""Places of choices as shown, from 0; from the end they are negative."""

Meaning = Sense | Every | Places

_SENSES: dict[Sense, str] = {
    Sense.TRUE: (
        "صح t صج صاح مظبوط مية_مية متفقة متفقه صائب صائبة صواب مضبوطه زبط مزبوطة موافق صحيح صحيحة"
        " صحيحا صحح مضبوط مضبوطة سليم سليمة مزبوط حقيقي حقيقية ✅ ✔ ☑ true correct truth accurate"
        " tru ture corect agree اوافق متفق اتفق"
    ),
    Sense.FALSE: (
        "غلط f مستحيل كلام_فاضي لا_أوافق ما_أوافق لا_اتفق ما_اتفق خطأ خط خطا خطاء غلطه غلطة خاطئ"
        " غلت غير_دقيق غير_دقيقة مو_دقيق خاطئة خاطيه خطئ باطل مغلوط مغلوطة كذب ماصح موصح مبصح مشصح"
        " ما_صح ما_صحيح ما_صحيحة 👎 🚫 ❌ ✖ ✗ ✘ false wrong incorrect untrue flase fals fales"
        " disagree not_right"
    ),
    Sense.YES: (
        "نعم هيه هييه اييه اي_والله اي_بالله ايوالله اهاا اها نعمم ايواا اي ايه إي أيوه ايوا ايوة"
        " أيوا اجل بلى يس يب اهه إيوه اه آه yes yep yeah yea yup ya right thats_right اي_نعم"
    ),
    Sense.NO: (
        "لا لأ لاء لالا كلا لع لءء no nope nah no_its_not no_it_is_not no_it_isnt definitely_not"
        " لا_والله لا_بالله لا_ابد ابدا_لا absolutely_not of_course_not certainly_not noo ليس_كذلك"
        " مو_كذا مو_كذي مب_كذا مش_كده"
    ),
    Sense.SURELY: (
        "أكيد اكيدة اكيده بكل_تأكيد بلا_تردد بدون_تردد من_غير_تردد دون_تردد ميه_بالميه"
        " مليون_بالمية بدون_شك دون_شك اكييد بكل_ثقة وبكل_ثقة اكيدا طبعا طبعًا بالتأكيد بالطبع"
        " بلا_شك من_غير_شك مية_بالمية 100 👍 👌 💯 definitely absolutely of_course certainly"
    ),
    Sense.NOT: (
        "مو مب مش مهب مهوب موب هب ماهو ماهي ما_هو ما_هي مهو مهي ليس ليست غير مانو not isnt aint"
        " arent wasnt is_not are_not neither nor never not_really not_quite not_entirely"
    ),
    Sense.EXCEPT: (
        "الا إلا ما_عدا ماعدا عدا سوى باستثناء ما_خلا بدون من_غير except but_not excluding minus"
        " apart_from other_than besides شيل شيلوا احذف without"
    ),
    Sense.CORRECTION: (
        "قصدي اقصد أقصد أعني عفوا عفواً سوري اسف آسف اسفه آسفة لحظة لحظه استنى بدلت غيرت غيرت_رأيي"
        " غيرت_رايي بل ولا_اقول ولا_أقولك ولا_اقول_لك لا_أقولك لا_اقول لا_قصدي خلوها لا_عفوا بغير"
        " بغير_رايي غيرت_جوابي بدلت_رايي نسيت_لا لا_هي لا_هو استنا صبر_لا اصبر_لا مهلا بالاصح"
        " بالأصح او_بالاحرى لا_صبر no_wait wait_no no_sorry sorry_no scratch_that لا_خلها لا_خليها"
        " بالأحرى بالاحرى sorry wait actually i_mean i_meant meant oops rather make_that"
        " change_that on_second_thought i_changed_my_mind changed_my_mind تراجعت"
    ),
    Sense.BUT: "but",
    Sense.MIDDLE: (
        "الوسط الأوسط الوسطى الوسطانية الوسطاني الوسطانيه الوسطي بالوسط بالنص اللي_بالنص الي_بالنص"
        " اللي_في_النص الي_في_النص اللي_بالوسط في_الوسط فالنص النصاني middle mid in_the_middle"
        " centre"
    ),
    Sense.REST: (
        "الباقي والباقي البقية الباقين الباقيين باقي_الخيارات the_rest the_others the_other_two"
        " the_other_three the_other_ones"
    ),
    Sense.OR: (
        "يا_ا يا_ب يا_ج يا_د والا_لا ولا_لا او_لا أو_لا or_not or_no او أو ولا أم والا ولّا or"
        " either"
    ),
    Sense.ONE: "واحد واحدة وحدة وحده one",
    Sense.BECAUSE: (
        "لأن لأنه لأنها لانهم لأني عشان علشان لأجل بسبب بحكم because cause cuz coz bc since as"
    ),
    Sense.FILLER: FILLERS,
    Sense.COURTESY: (
        "زين خلاص بس اوك اوكي أوكي تمام ماشي حسنا يلا واعي يا_واعي بوت يا_بوت يا_اخي يا_أخي حبيبي"
        " يا_غالي يا_عزيزي استاذ يا_استاذ أخوي يا_اخوي خلي خلنا_نقول نقول خلها خليها خله خلني حط"
        " حطها سجل اكتب اعتمد اعتبرها ok okay okey kk alright fine then bro sir dear bot waai put"
        " mark ill_take"
    ),
    Sense.MINE: (
        "شكرا مشكور مشكورة تسلم يعطيك_العافية thanks thank_you thank_u thx tnx من_فضلك لو_سمحت"
        " لو_سمحتم لو_سمحتي رجاء رجاءً بليز please pls plz ابا اباك انا أنا عندي عندك عندكم عندنا"
        " معي معاي صاحبي صديقي صديقتي ابني ولدي بنتي زميلي زميلتي زميلاتي مديري شغلي طيب طب ابي"
        " أبي ابغى أبغى بدي عايز عاوز اريد أريد ودي i im my mine me we our us want wanna ours"
    ),
    Sense.STOP: (
        "تذكرت ذكرتني مكرر مكررة طيب_لو نسيت اسألك ضغطت ضغطته كبست بعده_التالي اللي_بعده"
        " اللي_بعدها لو واذا طب_لو what_if وصلني وصليني وصلوني دزلي دز ارسل ارسلي طرش خبرني خبريني"
        " خليني عطني اعطني عطيني عطوني قولي قل_لي ورني وريني انهي دقوا كل_شي_تمام كل_شي_واضح"
        " all_good all_ok all_okay all_fine all_clear all_set all_right c_u c_ya see_u لحظة_ثانية"
        " اول_شي أول_شي اول_شيء c_you فهمته فهمتها open lets list show give send tell ماذا بماذا"
        " لمن ليش لماذا ليه لية علاش هل شو شنو شنهو وش ايش إيش اش كيف شلون ازاي متى وين فين اين"
        " أين كم منو_قال مين ايهما أيهما أيها ايها اي_واحد اي_واحدة أي_وحدة اي_خيار اي_جواب"
        " اي_اجابة أيهم شيعني يعني_ايش يعني_شو يعني_ايه الفرق فرق معنى سؤال سؤالين السؤال أسئلة"
        " اسأل افهم فهمت اشرح اشرحي وضح فسر ساعدني مساعدة تلميح تلميحة تخطي تخطى تجاوز التالي وقف"
        " اوقف توقف ايقاف بعدين لاحقا اعد عيد أعد كرر تكرار رجوع ارجع القائمة خروج الغاء إلغاء"
        " كنسل اختبار كويز موظف مسابقة مرحبا اهلا اهلين هلا السلام سلام صباح مساء لا_شكرا لا_مشكور"
        " لا_تسلم لا_يعطيك_العافية ولا_واحد ولا_واحدة ولا_وحده ولا_شي واحد_ثاني واحد_تاني"
        " واحدة_ثانية وحدة_ثانية وحده_تانيه واحد_اخر واحد_آخر خيار_آخر خيار_اخر خيار_ثاني شي_ثاني"
        " شي_تاني شيء_اخر جواب_اخر جواب_ثاني ثانية_بس بس_ثانية ثانية_واحدة ثانية_وحدة لحظة_واحدة"
        " دقيقة_واحدة ما_اعرف ما_أعرف ما_عرفت معرفتش معرفش ماعرف لا_أعرف الاثنين الإثنين الثنين"
        " الاتنين التنين ما_ابي ما_ابغى مابي مو_فاهم ما_فهمت صح_إن صح_انه صحيح_ان صحيح_انه"
        " true_that is_it since_when why what whats how when where who whom whose which does do"
        " did can could should explain difference between question help hint skip next stop later"
        " cancel menu exit quit end repeat again back start restart new hello hi hey no_thanks"
        " no_thank_you none neither_of no_one one_of one_more one_sec one_second one_moment"
        " a_second a_sec another_one this_one that_one two_more first_of a_minute one_minute"
        " dont_know i_dont_know dunno no_idea no_clue human agent ❓ ❔"
    ),
}

_ORDINALS: dict[Places, str] = {
    (0,): (
        "الأول الأولى الاولي الأوله اول أول أولى اولى اللي_فوق الي_فوق لي_فوق فوق اول_خيار"
        " اول_جواب اول_اختيار top top_one at_the_top the_top uppermost الاولاني الأولانية"
        " الاولانيه اولاني لول لولى الأولة الاوليه first 1st firs frist fisrt number_one number_1"
        " 🥇"
    ),
    (1,): (
        "الثاني الثانية التاني التانية ثاني تاني ثانية تانية الثانيا الثانى التانيا الثنيه الثانه"
        " second 2nd secnd secend secound 🥈"
    ),
    (2,): "الثالث الثالثة التالت التالتة ثالث تالت ثالثة تالتة الثالته الثلثه third 3rd thrid 🥉",
    (3,): "الرابع الرابعة رابع رابعة الرابعه fourth 4th forth fouth",
    (4,): "الخامس الخامسة خامس خامسة fifth 5th",
    (5,): "السادس السادسة سادس سادسة sixth 6th",
    (6,): "السابع السابعة سابع سابعة seventh 7th",
    (7,): "الثامن الثامنة ثامن ثامنة eighth 8th",
    (-1,): (
        "اللي_تحت الي_تحت لي_تحت من_تحت تحت_خالص آخر_شيء اخر_اختيار اخر_واحد_فيهم bottom"
        " bottom_one the_bottom at_the_bottom الأخير الأخيرة اخير أخيرة الاخيره آخر_واحد اخر_واحد"
        " آخر_واحدة اخر_وحده آخر_وحدة اخر_شي آخر_شي آخر_خيار اخر_خيار آخر_جواب اخر_جواب آخر_إجابة"
        " اخر_اجابه الاخراني الاخرانية الاخرانيه last lst final_one"
    ),
    (-2,): (
        "قبل_الأخير قبل_الأخيرة ما_قبل_الأخير ما_قبل_الأخيرة قبل_الاخيره قبل_اخر_واحد قبل_آخر_واحد"
        " قبل_اخر_وحده قبل_آخر_واحدة second_to_last second_last one_before_last"
        " one_before_the_last before_last before_the_last penultimate second_from_last"
    ),
    (0, 1): (
        "الأولين الخيارين_الأولين الاثنين_الاوائل الاثنين_الأولى الثنتين_الأولى اول_اثنين"
        " أول_ثنتين اول_ثنين اول_خيارين أول_خيارين اول_اتنين اول_تنتين الأولتين الاوليتين اول_2"
        " الاول_والثاني first_two the_first_two first_2"
    ),
    (
        0,
        1,
        2,
    ): (
        "الثلاثة_الأوائل الثلاث_الأولى الثلاثة_الأولى الثلاث_الاوائل اول_ثلاث أول_ثلاثة اول_تلات"
        " اول_تلاته اول_3 أول_٣ first_three first_3"
    ),
    (-2, -1): (
        "اخر_اثنين آخر_ثنتين اخر_ثنين آخر_خيارين اخر_خيارين اخر_اتنين اخر_تنتين الأخيرتين اخر_2"
        " last_two last_2"
    ),
    (-3, -2, -1): "آخر_ثلاث اخر_ثلاثة اخر_تلات اخر_تلاته اخر_3 last_three last_3",
}

_LETTERS: dict[Places, str] = {
    (0,): "ا أ ألف الالف a ",
    (1,): "ب باء البا بي b bee ",
    (2,): "ج جيم الجيم سي c j cee gim jim",
    (3,): "د دال الدال الدي d dee",
    (4,): "ه هـ هاء e",
}

_CARDINALS: dict[Places, str] = {
    (0,): "1 رقم_واحد",
    (1,): "2 اثنين اتنين تنين ثنين ثنتين تنتين اثنان اثنتين اثنتان اتنيين two tow",
    (2,): "3 ثلاثة تلاتة ثلاث تلات ثلاثه three",
    (3,): "4 اربعة أربعة اربع أربع four",
    (4,): "5 خمسة خمس five",
    (5,): "6 ستة ست six",
    (6,): "7 سبعة سبع seven",
    (7,): "8 ثمانية تمانية ثمان eight",
    (8,): "9 تسعة تسع nine",
}

_EVERY: dict[Every, str] = {
    Every(): (
        "كلهم الكل كلها كله كلهن كلن كلو جميعهم جميعها الجميع كل_الخيارات كل_الاختيارات"
        " كل_الإجابات كل_الاجوبة كل_الأجوبة جميع_الخيارات جميع_الإجابات جميع_الأجوبة جميع_ما_سبق"
        " كل_ما_سبق كل_اللي_سبق كل_ما_ذكر جميع_ما_ذكر كل_المذكور كل_شي كل_شيء all everything"
        " all_of_them all_of_the_above all_the_above all_of_it all_options all_choices"
        " all_the_options all_answers all_the_answers every_one everyone every_one_of_them"
        " each_of_them every_option each_one all_above al_of_them كل_واحد كلهم_كلهم"
    ),
    Every(3): "الثلاثة الثلاث التلاتة كل_الثلاثة كل_الثلاث الثلاثه_كلهم all_three all_3",
    Every(4): "الأربعة الأربع الاربعه كل_الأربعة كل_الأربع الاربعه_كلهم all_four all_4",
}


def listed(table: Iterable[tuple[Meaning, str]]) -> dict[str, Meaning]:
    """Give the meaning of each folded expression of a table."""
    return {
        fold(word.replace("_", " ")): meaning for meaning, words in table for word in words.split()
    }


CARDINALS = listed(_CARDINALS.items())
"""The meanings of numbers, which may also be words of a choice."""

MEANING_OF = {
    **listed(_SENSES.items()),
    **listed(_EVERY.items()),
    **listed(_ORDINALS.items()),
    **listed(_LETTERS.items()),
    **CARDINALS,
}
"""What each folded expression means."""
