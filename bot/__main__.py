"""Run `python -m bot` as `meetingbot`."""

from bot.cli import main

main()
