"""Words by which somebody may say that they are in danger, in English and in Welsh.

A short list, kept by hand, of what people say of themselves or of somebody they know. Words that name the
subject alone (suicide prevention, self-harm services, atal hunanladdiad) are not in it: a question about care
is full of them. Neither is dying where the sentence is about its place: "people want to die at home".
A Welsh reader has still to go over the Welsh ones.
"""

import re

THE_ONE = r"(?:myself|(?:him|her|them)sel(?:f|ves))"
# A place or a manner after "to die" or "to live" makes it a sentence about care.
PLACE = r"(?: (?:at|in|on|with|near|among|here|there|where|when|like|as|peacefully))"
LLE = r"(?: (?:gartref|adref|adre|mewn|yn|gyda|ger|ar|heb|yma|fel))"

ENGLISH = (
    rf"kill(?:ing)? {THE_ONE}",
    rf"un-?alive {THE_ONE}",
    rf"harm(?:ing)? {THE_ONE}",
    rf"(?:want(?:s|ed)?|going|need|about) to (?:hurt|cut) {THE_ONE}",
    r"(?:end|ending|take|taking) my (?:own )?life",
    r"(?:want(?:s|ed)?|tried|going|threaten(?:s|ed)) to (?:end|take) (?:his|her) (?:own )?life",
    r"(?:commit|committing|attempt|attempting|considering|planning) suicide",
    r"think(?:ing)? (?:of|about) suicide",
    r"(?:i (?:am|feel|was)|i'm|i've been|feel(?:s|ing)?|(?:my|our) \w+ (?:is|was|has been))"
    r" (?:so |very |often )?suicidal",
    r"i (?:took|have taken|am going to take|will take) an overdose",
    rf"(?:want(?:s|ed)? to|wanna|wish to|ready to) die(?!{PLACE})",
    r"wish(?:ed)? i (?:was|were|had been) dead",
    r"better off (?:dead|without me)",
    rf"(?:don't|do not|no longer|didn't) want to (?:live|be alive|wake up|be here any\s?more)(?!{PLACE})",
    r"(?:no reason|nothing left) to live(?: for)?",
    r"end it all",
    r"i (?:can't|cannot|can not) go on",
)
WELSH = (
    r"l?ladd (?:fy|ei|eu) h?hun(?:an|ain)?",
    r"(?:niweidio|anafu) (?:fy|ei|eu) h?hun(?:an|ain)?",
    r"[cg]yflawni hunanladdiad",
    r"[mf]eddwl am hunanladdiad",
    r"(?:teimlo'n|deimlo'n|dwi'n|rwy'n|rydw i'n) hunanladdol",
    rf"(?:eisiau|isio|isie|moyn|dymuno) marw(?!{LLE})",
    r"d?[dt]od (?:â|a\u0302?) fy mywyd i ben",
    r"(?:rhoi|roi) diwedd ar fy mywyd",
    r"d?diweddu fy mywyd",
    r"[cg]ymryd fy mywyd",
    rf"d?dim (?:eisiau|isio|isie|moyn|am) [bf]yw(?!{LLE})",
    r"g?well (?:i mi|i fi|pe bawn i|bod) (?:wedi )?[mf]arw",
    r"alla' i ddim mynd y?mlaen",
)


def _pattern(phrases: tuple[str, ...]) -> str:
    """Blanks of any kind between words; apostrophes straight, curly or forgotten."""
    return "|".join(phrases).replace(" ", r"\s+").replace("'", "['’ʼ`]?")


CRISIS = re.compile(rf"(?<!\w)(?:{_pattern(ENGLISH + WELSH)})(?!\w)", re.IGNORECASE)
