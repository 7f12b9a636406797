"""A class with its breakout rooms: who is where, how soon they hear and see each other, and that nobody is lost."""
