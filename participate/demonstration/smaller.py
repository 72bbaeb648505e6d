"""The two smaller consultations: one just opened, with too few people for a result, and one that is over."""

from participate.demonstration.script import Planted, Script

WAITING_ROOMS = Script(
    slug="waiting-rooms",
    title="Calmer waiting rooms",
    question="What would make the waiting rooms of Avonmere calmer?",
    background="""\
Two waiting rooms are being painted this winter. Before that, the surgeries ask what else should change.

This has only just opened. A result is published once twenty people have taken part.
""",
    opened=1,
    closes=28,
    last_voter=0,
    groups={"everybody": 12},
    first_person=286,
    fewest=8,
    statements=(
        Planted("The screen that calls names should also be read aloud.", "y"),
        Planted("There should be one corner without a television.", "Y"),
        Planted("Chairs should face each other less.", "."),
        Planted("Children need something to do that makes no noise.", "y"),
        Planted("I would like to wait outside and be sent a message.", "."),
        Planted("The lights are too bright.", "n"),
        Planted("Water should be free and easy to find.", "Y"),
        Planted("Posters should come down when they are out of date.", "y"),
        Planted("Some chairs should be higher, with arms to push up on.", "Y"),
        Planted("Music helps people to relax.", "n"),
        Planted("The desk should be out of earshot of the chairs.", "Y"),
        Planted("Plants would do more than paint.", "."),
    ),
)

GETTING_THERE = Script(
    slug="getting-there",
    title="Getting to the hillside clinic",
    question="How should people get to the new clinic on the hill?",
    background="""\
The clinic at Upper Avonmere moved to the hill last spring. The bus stops at the foot of it, and the path up
is steep.

Voting is over. Both sides answer what people agreed on.
""",
    opened=75,
    closes=-12,
    last_voter=13,
    groups={"by car": 46, "by bus and on foot": 44},
    first_person=0,
    fewest=8,
    statements=(
        Planted("The path up the hill needs lights.", "YY"),
        Planted("Appointment letters should say how to get there.", "YY"),
        Planted("There should be a bench half way up the path.", "yY"),
        Planted("Patients with a permit should be able to park by the door.", "YY"),
        Planted("The car park should be twice as big.", "YN"),
        Planted("The bus should go up to the clinic door, even if that takes longer.", "nY"),
        Planted("Parking should stay free for everyone.", "Yn"),
        Planted("A shuttle from the bus stop is worth more than parking places.", "NY"),
        Planted("I would pay for parking if the money went to the bus.", "nY"),
        Planted("Few people can come by bus in any case.", "YN"),
        Planted("The clinic should never have moved to the hill.", "n.", 8),
        Planted("Mae angen safle bws wrth y drws.", "nY", 11, "cy"),
        Planted("Cars should be able to wait at the door for ten minutes.", "Yn", 14),
        Planted("Volunteers could drive people who have no car.", "yy", 17),
        Planted("Bicycle stands would be used.", ".y", 20),
        Planted("The road to the clinic should have a pavement.", "YY", 23),
    ),
)
