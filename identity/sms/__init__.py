"""Ways to hand a message over. In: a phone, a text. Out: a message on its way, or SendError."""
