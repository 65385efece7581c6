"""Run the notebooks, and keep what they make; nothing else imports this room."""
