"""All custom actions, made with the services they call."""

from __future__ import annotations

from rasa_sdk.interfaces import Action, Tracker

from actions.conversing import Say
from bot.conversation.dialogue import Dialogue
from bot.conversation.drafts import Drafts
from bot.conversation.membership import Membership
from bot.conversation.messages import Message
from bot.conversation.quiz_habits import QuizHabits
from bot.conversation.quizzing import Quizzing
from bot.conversation.understanding import read_meaning


def build_actions(dialogue: Dialogue) -> list[Action]:
    """Make every action that ``domain.yml`` names.

    Args:
        dialogue: What can be done for a person.
    """

    async def answer(tracker: Tracker) -> list[Message]:
        latest = tracker.latest_message
        return await dialogue.answer(tracker.sender_id, read_meaning(latest), latest["text"])

    async def ask_person(tracker: Tracker) -> Message:
        return await dialogue.ask_person(tracker.sender_id, _key(tracker))

    async def change_language(tracker: Tracker) -> Message:
        return await dialogue.change_language(tracker.sender_id, tracker.latest_message["text"])

    return [
        Say("action_answer", answer),
        Say("action_out_of_scope", answer),
        Say("action_greet", lambda t: dialogue.phrase(t.sender_id, "greeting", with_help=True)),
        Say("action_thanks", lambda t: dialogue.phrase(t.sender_id, "thanks")),
        Say("action_goodbye", lambda t: dialogue.phrase(t.sender_id, "goodbye")),
        Say("action_help", lambda t: dialogue.help(t.sender_id)),
        Say("action_browse", lambda t: dialogue.browse(t.sender_id)),
        Say("action_about_bot", lambda t: dialogue.about(t.sender_id)),
        Say("action_change_employer", lambda t: dialogue.list_employers(t.sender_id)),
        Say("action_ask_person", ask_person),
        Say("action_change_language", change_language),
        Say("action_others_data", lambda t: dialogue.others_data(t.sender_id)),
        *_of_drafts(dialogue.drafts),
        *_of_membership(dialogue.membership),
        *_of_quizzes(dialogue.quizzing, dialogue.habits),
        *_of_workshops(dialogue),
    ]


def _of_drafts(drafts: Drafts) -> list[Action]:
    async def check_draft(tracker: Tracker) -> Message:
        latest = tracker.latest_message
        # Places count in the text as it came; what Rasa was not given is never quoted.
        start = latest["metadata"].get("unread", 0)
        meaning, text = read_meaning(latest, start), " " * start + latest["text"]
        return await drafts.check(tracker.sender_id, meaning, text, _key(tracker), taken=True)

    async def disclaimers(tracker: Tracker) -> Message:
        return await drafts.disclaimers(tracker.sender_id, tracker.latest_message["text"])

    return [
        Say("action_check_post", lambda t: drafts.ask(t.sender_id)),
        Say("action_draft", check_draft),
        Say("action_ask_disclaimer", disclaimers),
    ]


def _of_membership(membership: Membership) -> list[Action]:
    return [
        Say("action_enrol", lambda t: membership.show(t.sender_id)),
        Say("action_unlink", lambda t: membership.ask_unlink(t.sender_id)),
        Say("action_my_data", lambda t: membership.my_data(t.sender_id)),
        Say("action_stop_reminders", lambda t: membership.remind(t.sender_id, wanted=False)),
        Say("action_resume_reminders", lambda t: membership.remind(t.sender_id, wanted=True)),
    ]


def _of_quizzes(quizzing: Quizzing, habits: QuizHabits) -> list[Action]:
    async def answer(tracker: Tracker) -> Message:
        text = tracker.latest_message["text"]
        return await quizzing.answer(tracker.sender_id, text, _key(tracker))

    async def daily(tracker: Tracker) -> Message:
        return await habits.wish(tracker.sender_id, tracker.latest_message["text"])

    return [
        Say("action_start_quiz", lambda t: quizzing.start(t.sender_id, _key(t))),
        Say("action_answer_quiz", answer),
        Say("action_stop_quiz", lambda t: quizzing.pause(t.sender_id)),
        Say("action_daily_quiz", daily),
    ]


def _of_workshops(dialogue: Dialogue) -> list[Action]:
    async def progress(tracker: Tracker) -> list[Message]:
        person = tracker.sender_id
        return [
            await dialogue.habits.show_progress(person),
            await dialogue.workshops.overview(person),
        ]

    return [
        Say("action_show_progress", progress),
        Say("action_start_workshop", lambda t: dialogue.workshops.overview(t.sender_id)),
        Say("action_next_session", lambda t: dialogue.live.upcoming(t.sender_id)),
        Say("action_my_certificate", lambda t: dialogue.certificates.latest(t.sender_id)),
    ]


def _key(tracker: Tracker) -> str:
    """What makes the event unique; Rasa's own command line gives no key."""
    latest = tracker.latest_message
    return str(latest["metadata"].get("key") or latest["message_id"])
