"""`bancheng demo`: real cases from receipt to delivery, told as they go."""
