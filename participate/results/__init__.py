"""Published results made ready for pages: every sentence from structured figures, in the page's language."""
