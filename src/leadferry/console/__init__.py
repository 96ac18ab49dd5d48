"""The shell of the web pages: who is there, what they may, layout, static files. Rooms bring their own pages."""
