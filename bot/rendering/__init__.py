"""Facts and a language become what people read: texts, dates, labels of buttons."""
