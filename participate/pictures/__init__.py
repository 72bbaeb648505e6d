"""Pictures of published figures, drawn on the server as SVG: no script, no style in a tag, nobody's mark.

Colours come from classes in the style sheet. A letter, a badge's shape, a pattern and an edge carry the
groups where colour goes. Everything here is given figures that are public already, and decides nothing.
"""
