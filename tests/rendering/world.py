"""Facts for every template, and a language that is made up from the source texts."""




RHYTHMS: tuple[Rhythm, ...] = (
    Weekly(1, (3,)),
    Weekly(2, (0, 3, 4)),
    *(MonthlyByWeekday(1, nth, 3) for nth in (1, 2, 3, 4, LAST)),
    MonthlyByWeekday(3, 1, 0),
    *(MonthlyByDay(every, day) for every in (1, 2) for day in (15, LAST)),
)
COMMANDS = ("start", "help", "when", "meeting", "language", "setup", "cancel")
