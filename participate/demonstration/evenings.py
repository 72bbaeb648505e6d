"""The open consultation: three groups that want different things, a few who want no change, common ground."""

from charters.states import Attestation
from deliberation.opinion.moderation import RemovalReason
from deliberation.opinion.reports import ReportReason
from participate.demonstration.script import Planted, Removed, Reported, Script, Waiting

BACKGROUND = """\
The six surgeries of Avonmere are open from eight to six, Monday to Friday. From next spring there is money
for **twenty more hours a week**.

Nothing is decided. What people agree on across groups goes into the proposal that both sides write next.

- The hours may be evenings, weekends or early mornings.
- They may be at one surgery or shared between several.
- They may be in person, by phone or by video.
"""

# In the order of the groups: choice and digital first; close to home; carers and access; as it is.
COMMON_GROUND = (
    Planted("If a surgery is shut, its phone message should say which one is open.", "YYYY"),
    Planted("The free appointments of all six surgeries should be listed in one place.", "YYyY"),
    Planted("A cancelled appointment should go to the next person on a waiting list.", "YYYY"),
    Planted("Dylwn i allu siarad Cymraeg â'r derbynnydd.", "yYYy", 6, "cy"),
    Planted("People should be told beforehand how long they are likely to wait.", "YYYY", 9),
    Planted("Staff who work late should be able to get home safely.", "YYYY", 13),
    Planted("Every surgery should show its opening hours on the door.", "YYYY", 17),
)
CHOICE_FIRST = (
    Planted("I would rather have a video call this evening than wait a week to go in.", "YNn."),
    Planted("I want to book, move and cancel appointments online at any hour.", "Yn.n"),
    Planted("I do not mind who I see, as long as I am seen soon.", "YnNn"),
    Planted("Any surgery in the valley should see me, whichever one I belong to.", "Ynnn"),
    Planted("Hoffwn i gael apwyntiad ar ôl gwaith.", "YnnN", 0, "cy"),
    Planted("Answering health questions online first would save everyone time.", "YNNn", 4),
    Planted("Saturday appointments matter more to me than weekday mornings.", "YnnN", 8),
    Planted("Repeat prescriptions should be sorted by message, not in a visit.", "Ynny", 12),
    Planted("Dylai fod yn hawdd canslo apwyntiad ar-lein.", "Yn..", 15, "cy"),
    Planted("A text with a link is a better reminder than a phone call.", "YNnn", 20),
)
CLOSE_TO_HOME = (
    Planted("I want to be examined in person, not on a screen.", "nY.."),
    Planted("Each village surgery should have one late evening of its own.", "NYnN"),
    Planted("I would wait longer to see a doctor who knows me.", "NYnY"),
    Planted("One big weekend centre would empty the small surgeries.", "NYnY"),
    Planted("Mae'n well gen i weld yr un meddyg bob tro.", "nY.Y", 0, "cy"),
    Planted("A person at the desk is worth more than another evening session.", "nYnY", 5),
    Planted("Another town is too far to go for a weekend appointment.", "NYny", 7),
    Planted("A person should answer the phone before any machine does.", "nY.Y", 11),
    Planted("Nid oes gan bawb ffôn clyfar.", ".YyY", 14, "cy"),
    Planted("Late appointments are no use after the last bus has gone.", "nYn.", 19),
)
CARERS_AND_ACCESS = (
    Planted("Carers should have the first choice of evening times.", "NnY."),
    Planted("A double appointment should be offered without having to ask.", "nnYN"),
    Planted("Step-free doors matter more than longer hours.", "NNYy"),
    Planted("My appointment and that of the person I care for should be back to back.", "nnYn"),
    Planted("Late sessions should always have somebody who can sign or interpret.", "nNYN", 3),
    Planted("Home visits should be possible on Saturdays.", "nnYN", 10),
    Planted("Mae angen amser tawel ar rai cleifion.", "nnY.", 13, "cy"),
    Planted("A quiet waiting room should come before extra hours.", "NnYn", 16),
    Planted("Easy Read letters should come before any new booking system.", "NNYn", 21),
)
AS_IT_IS = (
    Planted("The opening hours we have now are enough.", "NnNY"),
    Planted("Late sessions tire the staff, and the mornings get worse.", "N.nY", 2),
    Planted("Weekends should be for emergencies only.", "NnNY", 6),
    Planted("The money would do more good on the hospital wards.", "nnnY", 18),
)

EVENINGS = Script(
    slug="evenings",
    title="Evening and weekend appointments",
    question="How should evening and weekend appointments work at the Avonmere surgeries?",
    background=BACKGROUND,
    opened=42,
    closes=21,
    last_voter=0,
    groups={
        "choice and digital first": 88,
        "close to home": 84,
        "carers and access": 68,
        "as it is": 18,
    },
    first_person=40,
    fewest=8,
    checked=((Attestation.EMAIL, 0.42), (Attestation.INVITED, 0.16), (Attestation.ASSISTED, 0.05)),
    statements=(*COMMON_GROUND, *CHOICE_FIRST, *CLOSE_TO_HOME, *CARERS_AND_ACCESS, *AS_IT_IS),
    removed=(
        Removed(
            "The tall receptionist with the red scooter at Fernley surgery is rude.",
            9,
            RemovalReason.IDENTIFYING,
            "This points to one person. Say what should change instead.",
        ),
        Removed(
            "Parking should be free, booking simpler, and the board smaller.",
            16,
            RemovalReason.SEVERAL_IDEAS,
            "People may agree with one part only. Send each idea by itself.",
        ),
        Removed(
            "The phone message of a shut surgery should name one that is open.",
            24,
            RemovalReason.DUPLICATE,
            "Another statement says this already.",
            "If a surgery is shut, its phone message should say which one is open.",
        ),
    ),
    waiting=(
        Waiting("Let people text a number to cancel. I could not get through on 01632 960777."),
        Waiting("A cancelled appointment should go to the next person on the list."),
        Waiting("The library could host a Saturday session once a month."),
        Waiting("A walk-in hour on Sunday evenings would keep people out of hospital."),
        Waiting("Students should be able to use a surgery at home and one where they study."),
        Waiting("Opening hours should be printed on the bus timetables."),
        Waiting("Blood tests should be possible before eight in the morning."),
        Waiting("A nurse could see most people who come in the evening."),
    ),
    reported=(
        Reported(
            "The money would do more good on the hospital wards.",
            (
                (ReportReason.OFF_TOPIC, "This is about the hospital, not about the surgeries.", 30),
                (ReportReason.OFF_TOPIC, "", 8),
            ),
        ),
    ),
)
