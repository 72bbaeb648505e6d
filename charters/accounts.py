"""What somebody does with their own account and their own data: the same in every space, and outside any."""

from collections.abc import Mapping
from types import MappingProxyType

from charters import checks, sides
from charters.actions import Action
from charters.facts import Check

OF_ACCOUNTS: Mapping[Action, tuple[Check, ...]] = MappingProxyType(
    {
        Action.CHANGE_ADDRESS: (checks.signed_in, sides.own_address),
        Action.CORRECT_OWN_DATA: (checks.signed_in,),
        # Nothing else is asked: what somebody gave they may see and take back at any time, in any space.
        Action.ERASE_OWN_DATA: (checks.device,),
        Action.READ_OWN_DATA: (),
        # Mail that nobody asked for any more is stopped by a press, signed in or not.
        Action.STOP_DIGESTS: (),
        # What is public may be followed by anybody whose address is known to be theirs.
        Action.FOLLOW: (checks.signed_in,),
        Action.STOP_FOLLOWING: (checks.signed_in,),
        Action.ADD_PASSKEY: (checks.signed_in, checks.entrusted),
        # Whatever somebody no longer does: what signs them in they may always take away.
        Action.REMOVE_PASSKEY: (checks.signed_in,),
        Action.KEEP_RECOVERY: (checks.device,),
        Action.USE_RECOVERY: (checks.device,),
        Action.BEGIN_SESSION: (),
        Action.END_SESSION: (),
    }
)
