"""What is read from `definitions/`: data that an official may change, typed and checked as it is read."""
