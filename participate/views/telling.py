"""A notice on the pages of a consultation."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from deliberation.errors import Invalid
from deliberation.publishing.record import Did, acts_in
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from deliberation.spaces.telling import NoticeText, put_up_notice
from participate.access import consultation_here, here, permits
from participate.current import database, now
from participate.deeds import Deed, deeds
from participate.forms import Wrong, typed, wrong_in
from participate.views.facilitating import back, consultation_id

pages = Blueprint("telling", __name__, url_prefix="/spaces/<space>/<consultation>/facilitate/notice")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """`earlier` has every wording there was, newest first."""

    space: Space
    consultation: Consultation
    typed: str
    earlier: Sequence[Deed]
    wrong: Sequence[Wrong] = ()


@pages.get("")
@permits(Action.NOTIFY)
async def ask(space: str, consultation: str) -> ResponseReturnValue:
    return await _page(consultation_here()[1].notice)


@pages.post("")
@permits(Action.NOTIFY)
async def tell(space: str, consultation: str) -> ResponseReturnValue:
    words = await typed("notice")
    try:
        text = NoticeText.model_validate({"notice": words})
        async with database().transaction() as session:
            await put_up_notice(session, consultation_id(), text, asking=here().facts, now=now())
    except ValidationError as error:
        return await _page(words, wrong_in(error, {"notice": "the notice"})), 422
    except Invalid as error:
        return await _page(words, [Wrong(error.field, str(error))]), 422
    return back("notice")


async def _page(words: str, wrong: Sequence[Wrong] = ()) -> str:
    place, held, held_id = consultation_here()
    async with database().reading() as session:
        acts = await acts_in(session, held_id)
    page = NoticePage(
        space=place,
        consultation=held,
        typed=words,
        earlier=deeds(act for act in acts if act.kind == Did.NOTICE_CHANGED.value),
        wrong=wrong,
    )
    return await render_template("facilitating/notice.html", page=page)
