"""``delegation``: who runs which official account, by which decision."""

from __future__ import annotations

import argparse
from datetime import date

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.library.library import Library
from bot.records.database import Database
from bot.services.delegations import DelegationService, KnownDelegation, NewDelegation


def add_delegation(commands: Commands) -> None:
    """Add these commands."""
    delegation = commands.group("delegation", "who runs which official account")
    adding = delegation.add("add", _add, "note a decision that lets an employee run an account")
    adding.add_argument("number", metavar="NUMBER", help="the employer's number of the employee")
    adding.add_argument("--employer", required=True, help="e.g. iraq-judiciary")
    adding.add_argument("--platform", required=True, help="where the account is, e.g. x")
    adding.add_argument("--account", required=True, help="its name there")
    adding.add_argument("--decision", required=True, help="the decision's number")
    for name, of, required, what in (
        ("--from", "starts_on", True, "the first day"),
        ("--to", "ends_on", False, "the last day; no end without it"),
    ):
        adding.add_argument(
            name,
            dest=of,
            required=required,
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help=what,
        )
    listing = delegation.add("list", _list, "list all decisions that are noted")
    listing.add_argument("--employer", help="of one employer only")
    ending = delegation.add("end", _end, "end a decision now")
    ending.add_argument("id", type=int, metavar="ID", help="as `delegation list` shows it")


def _add(arguments: argparse.Namespace) -> None:
    new = NewDelegation(
        employer=arguments.employer,
        number=arguments.number,
        platform=arguments.platform,
        account=arguments.account,
        decision=arguments.decision,
        starts_on=arguments.starts_on,
        ends_on=arguments.ends_on,
    )

    async def act(database: Database, library: Library) -> KnownDelegation:
        return await _service(database, library).add(new)

    print(_line(with_database(act)))


def _list(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> list[KnownDelegation]:
        return await _service(database, library).list_all(arguments.employer)

    known = with_database(act)
    for each in known:
        print(_line(each))
    in_force = sum(each.in_force for each in known)
    print(f"{len(known)} delegations, {in_force} in force today")


def _end(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> None:
        await _service(database, library).end(arguments.id)

    with_database(act)
    print(f"Delegation {arguments.id} has ended.")


def _line(known: KnownDelegation) -> str:
    what = known.delegation
    state = "in force" if known.in_force else "ended" if known.ended_early else "not in force"
    return (
        f"{known.id}: {what.employer} {what.number} runs {what.account} on {what.platform} "
        f"by {what.decision}, {what.starts_on} to {what.ends_on or 'no end'}: {state}"
    )


def _service(database: Database, library: Library) -> DelegationService:
    return DelegationService(database, library, SystemClock().now)
