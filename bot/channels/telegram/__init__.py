"""Telegram: https://core.telegram.org/bots/api."""

import os

# The library's own switch for durations as timedelta, its only future form; without it every
# flood answer raises a deprecation warning. It is read from the environment alone:
# https://docs.python-telegram-bot.org/en/v22.8/telegram.error.html#telegram.error.RetryAfter
os.environ["PTB_TIMEDELTA"] = "true"
