"""A receipt: what this person has given in a consultation, when, and what they were promised for it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from quart import Blueprint, Response
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.policy import Policy, notice
from charters.wording import Words
from deliberation.own_data.receipts import Given, given_in, version_of
from deliberation.people.participants import participant_if_any
from participate.access import consultation_here, permits
from participate.current import database, device, now
from participate.languages import gettext, moment, said
from participate.network import visitor

pages = Blueprint("receipt", __name__, url_prefix="/spaces/<space>/<consultation>")

ANSWERS = {"agree": Words("Agree"), "pass": Words("Pass"), "disagree": Words("Disagree")}


@pages.get("/receipt.txt")
@permits(Action.READ_OWN_DATA)
async def words(space: str, consultation: str) -> ResponseReturnValue:
    """To read and to keep, in the language of the reader."""
    text = "\n".join(_lines(await _given()))
    return _file(f"{text}\n", "text/plain", f"receipt-{consultation}.txt")


@pages.get("/receipt.json")
@permits(Action.READ_OWN_DATA)
async def document(space: str, consultation: str) -> ResponseReturnValue:
    """For a program."""
    where, held, _ = consultation_here()
    content = {
        "space": where.slug,
        "consultation": held.slug,
        "made_at": now().isoformat(),
        "given": [_as_data(one) for one in await _given()],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return _file(f"{text}\n", "application/json", f"receipt-{consultation}.json")


async def _given() -> Sequence[Given]:
    where, _, held_id = consultation_here()
    assert where.id is not None
    if device() is None:
        return ()
    async with database().reading() as session:
        mine = await participant_if_any(session, where.id, visitor().pseudonym(where.id))
        if mine is None or mine.id is None:
            return ()
        return await given_in(session, where, held_id, mine.id)


def _lines(given: Sequence[Given]) -> Iterator[str]:
    where, held, _ = consultation_here()
    yield gettext("Receipt: %(title)s", title=held.title)
    yield where.title
    yield moment(now())
    yield ""
    if not given:
        yield gettext("You have given nothing here, or this device does not know you.")
    for one in given:
        yield f"{one.number}. {one.text}"
        if one.answer is None:
            yield "   " + gettext("You wrote this: %(moment)s.", moment=moment(one.at))
        else:
            answer = said(ANSWERS[one.answer.value])
            yield "   " + gettext(
                "Your answer: %(answer)s. %(moment)s.", answer=answer, moment=moment(one.at)
            )
    for policy in _policies(given):
        yield ""
        yield gettext(
            "Given under: %(title)s, version %(version)s.", title=said(policy.title), version=policy.version
        )
        yield f"{policy.uid} sha256:{policy.digest}"
        for asset in ("vote", "statement"):
            if any(one.asset == asset and one.policy is policy for one in given):
                yield gettext("What becomes public:") + " " + said(notice(policy, asset).text)


def _policies(given: Sequence[Given]) -> list[Policy]:
    return list({one.policy.digest: one.policy for one in given if one.policy is not None}.values())


def _as_data(one: Given) -> dict[str, Any]:
    return {
        "asset": one.asset,
        "statement": one.number,
        "text": one.text,
        "language": one.language,
        "answer": one.answer.value if one.answer is not None else None,
        "at": one.at.isoformat(),
        "policy": version_of(one.policy) if one.policy is not None else None,
        "promised": str(notice(one.policy, one.asset).text) if one.policy is not None else None,
    }


def _file(text: str, kind: str, name: str) -> Response:
    reply = Response(text, content_type=f"{kind}; charset=utf-8")
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply
