"""A platform that shows what a test lays out, with all that a page can show."""

from tests.demo.stage import Button, Chat, Choices, Exchange, File, Item, Json, NotPossible, Person
from tests.demo.stage import Row as Choice

SARA, OMAR = "sara", "omar"
NAMES = {SARA: "سارة الهاشمي", OMAR: "عمر"}
ANSWER = "لا يجوز\n\nالمصدر [uae-fed.3] والتفاصيل هنا"

CERTIFICATE = File("شهادة إتمام.pdf", 20_480)
LIST = Choices(
    "اختر جهة عملك",
    (
        Choice("وزارة الصحة", "em1:moh-uae", "موظفو وزارة الصحة", "الإمارات"),
        Choice("موظف اتحادي", "em1:uae-fed", "", "الإمارات"),
        Choice("بلدية مسقط", "em1:muscat", "", "عُمان"),
    ),
)
TALK = (
    Item("1", own=True, at=1_800_000_000, text="هل يجوز أن أنشر؟", ticks=3),
    Item(
        "2",
        own=False,
        at=1_800_000_001,
        text=ANSWER,
        marks=(
            {"type": "bold", "offset": 0, "length": 7},
            {"type": "italic", "offset": 9, "length": 18},
            {"type": "text_link", "offset": 38, "length": 3, "url": "https://waai.example/"},
        ),
        is_edited=True,
        buttons=((Button("مفيدة", "ra1:1"), Button("غير مفيدة", "ra1:0", waiting=True)),),
    ),
    Item("3", own=False, at=1_800_000_060, header="تعميم", footer="واعي", choices=LIST),
    Item("4", own=False, at=1_800_000_061, text="شهادتك", file=CERTIFICATE),
    Item("5", own=True, at=1_800_000_062, text="سارة", kind="contact", footer="+971500", ticks=1),
)
MARKUP = '<img src=x onerror="document.title=1">'


class Scripted:
    """An implementation of ``tests.demo.stage.Platform``.

    Attributes:
        done: What the page asked for, with the person.
    """

    def __init__(self, name: str = "whatsapp") -> None:
        self._name = name
        self.chats = {SARA: Chat(TALK, is_typing=True), OMAR: Chat()}
        self.exchanges: tuple[Exchange, ...] = (
            Exchange(0, 0.0, "messages", 200, 12.5),
            Exchange(1, 0.2, "statuses", 503, 3.0, is_push=True, note="503 no database"),
        )
        self.complaints: tuple[str, ...] = ()
        self.done: list[tuple[str, Json]] = []

    @property
    def name(self) -> str:
        return self._name

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(Person(key, name, f"+{key}") for key, name in NAMES.items())

    def settings(self) -> dict[str, str]:
        return {}

    async def meet(self, url: str) -> None:
        pass

    def chat(self, person: str) -> Chat:
        return self.chats[person]

    def act(self, person: str, action: Json) -> None:
        self.done.append((person, action))
        if action.get("text") == MARKUP:
            raise NotPossible(MARKUP)

    def file(self, item: str) -> tuple[str, str, bytes]:
        if item != "4":
            raise KeyError(item)
        return CERTIFICATE.name, "application/pdf", b"%PDF"

    def wire(self) -> tuple[Exchange, ...]:
        return self.exchanges

    def problems(self) -> tuple[str, ...]:
        return self.complaints
