"""Made-up employees, on the roster of the product that is shown."""

from dataclasses import dataclass
from pathlib import Path

from bot.conversation.clock import SystemClock
from bot.domain.codes import shown
from bot.records.database import Database
from bot.services.linking import LinkingService
from tests.e2e.product import waai


@dataclass(frozen=True)
class Employee:
    """Somebody who does not exist; the phone number is in digits, with the country's code."""

    name: str
    phone: str
    employer: str
    number: str


EMPLOYEES = (
    Employee("سارة الهاشمي", "971500000001", "moh-uae", "1001"),
    Employee("خالد البلوشي", "96892000002", "muscat", "1002"),
)


def import_roster(folder: Path) -> None:
    """Put them on the roster of the database that a product of this folder uses."""
    file = folder / "roster.csv"
    rows = [f"{one.employer},{one.number},{one.name},+{one.phone}" for one in EMPLOYEES]
    file.write_text("\n".join(["employer,number,name_ar,phones", *rows]), "utf-8")
    done = waai(folder, "roster", "import", str(file), "--commit")
    assert done.returncode == 0, done.stderr
    assert f"new        {len(EMPLOYEES)}\n" in done.stdout, done.stdout


async def issue_code(employee: Employee, database_url: str, secret: str) -> str:
    """Make the code by which a chat is linked to one of them."""
    database = Database(database_url)
    try:
        linking = LinkingService(database, SystemClock().now, secret.encode())
        return shown(await linking.issue_code(employee.employer, employee.number))
    finally:
        await database.dispose()
