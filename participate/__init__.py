"""The web application: the only package that knows HTTP, e-mail protocols or the clock."""
