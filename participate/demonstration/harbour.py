"""The second place of the demonstration: one that both sides hold under a charter they have signed."""

from deliberation.opinion.moderation import RemovalReason
from deliberation.spaces.spaces import SpaceText
from participate.demonstration.cast import Character
from participate.demonstration.script import Planted, Removed, Script

SPACE = SpaceText(
    slug="harbour-reach",
    title="Going home from hospital",
    purpose=(
        "People who have been in hospital, and the two bodies that send them home, agree how that should go. "
        "**Harbour Reach is made up**: the place, the people, the bodies and every word they say."
    ),
    host="Avonmere Shared Spaces (made up)",
    people_side="Harbour Reach Patients' Table (made up)",
)
HOSPITAL, COUNCIL = "DEMO01", "DEMO02"
BODIES = {HOSPITAL: "Harbour Reach Hospital (made up)", COUNCIL: "Harbour Reach Care Service (made up)"}

MARI = Character("Mari Quill", "mari@harbour.example", "founder, on the people's side")
SEL = Character("Sel Harrow", "sel@harbour.example", "founder, on the people's side")
IDRIS = Character("Idris Vane", "idris@harbour.example", "delegate of the hospital")
PIA = Character("Pia Lund", "pia@harbour.example", "delegate of the care service")
TANSY = Character("Tansy Orr", "tansy@harbour.example", "facilitator, agreed by both sides")
WREN = Character("Wren Tolley", "wren@harbour.example", "put forward as a second facilitator")
ODA = Character("Oda Reeve", "oda@avonmere.example", "operator, who runs the machine")
SIGN_IN_AS = (MARI, IDRIS, TANSY, ODA)
MEMBERS = 22
"""How many joined the people's side beside its founders."""

GOING_HOME = Script(
    slug="going-home",
    title="The day you go home",
    question="What should happen on the day somebody goes home from hospital?",
    background="""\
**Why we ask.** One person in six who went home last year was back within a month. Both bodies want to know
what was missing on the day itself.

**What can change.** The hour, who rings whom, what is in the bag, and who comes on the first evening.

**What cannot change.** Nobody is kept in hospital who does not need it.
""",
    opened=95,
    closes=-65,
    last_voter=67,
    groups={"lives alone": 34, "has somebody at home": 33},
    first_person=0,
    fewest=7,
    statements=(
        Planted("Nobody should be sent home after eight in the evening.", "YY"),
        Planted("The medicines should be ready before the transport is.", "YY"),
        Planted("Somebody should ring on the first evening.", "Yy"),
        Planted("I want to be told the day before, not in the morning.", "YY"),
        Planted("A carer should be in the room when it is explained.", ".Y"),
        Planted("Food for one day should be in the bag.", "Yn"),
        Planted("The letter should be written for me, not for my surgery.", "yY"),
        Planted("My family can see to everything once I am home.", "NY"),
        Planted("I would rather stay a night longer than go home to an empty house.", "YN"),
        Planted("One number to ring should be enough for both bodies.", "YY", 4),
        Planted("Mae angen y llythyr yn Gymraeg hefyd.", "yY", 6, "cy"),
        Planted("The first visit should come within two days.", "Y.", 9),
    ),
)
QUIET_NIGHTS = Script(
    slug="quiet-nights",
    title="Quieter nights on the wards",
    question="What keeps people awake on the wards, and what should change first?",
    background="""\
People who sleep go home sooner. The hospital can change the lights, the rounds and the doors before summer.

Voting is open. Both sides agreed to ask this, and to answer by the end of summer.
""",
    opened=12,
    closes=26,
    last_voter=0,
    groups={"light sleepers": 16, "sound sleepers": 15},
    first_person=40,
    fewest=6,
    statements=(
        Planted("The lights in the corridor should be low after ten.", "YY"),
        Planted("Doors should close without a bang.", "YY"),
        Planted("Nobody should be woken to be asked whether they sleep.", "Yy"),
        Planted("Telephones should be silent at night.", "Yn"),
        Planted("I feel safer when I hear the nurses.", "NY"),
        Planted("Earplugs should be offered to everybody.", "y."),
        Planted("Blood should be taken after breakfast, not at five.", "YY"),
        Planted("A radio helps me to sleep.", "nY", 3),
    ),
    removed=(
        Removed(
            "The car park barrier wakes the whole street.",
            day=6,
            reason=RemovalReason.OFF_TOPIC,
            note="This is about the street, and the question is about the wards.",
        ),
    ),
)
APPEAL = "The barrier is under the windows of ward four. It wakes the people inside, not only the street."
ANSWER = """\
From the first of May nobody leaves our wards after **eight in the evening** unless they ask to.

The pharmacy packs medicines the day before. We will say in public by autumn how often both went wrong.
"""
WHY_AMEND = "Three weeks give somebody who is ill the time to read why their words were removed."
WHY_FACILITATOR = "Tansy is away in summer. Somebody should be there on every day that voting is open."
