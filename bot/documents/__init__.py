"""What is printed or sent as a picture: pages in Arabic and English, drawn from plain values."""
