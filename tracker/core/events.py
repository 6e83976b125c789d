"""The one way up: a lower feature says that something happened, upper ones listen.

Signals carry ids only and are sent inside the transaction of the change. Listeners are connected
in `create_app`, so that a reader finds them all in one place.
"""

from blinker import Signal

case_accepted = Signal("the centre accepted a case: case_id")
resource_live = Signal("a resource can be used from now on: resource_id, at")
case_closed = Signal("a case was closed with its answer: case_id")
town_values_set = Signal("a town has set numbers of its own: municipality_id, group")
words_gone = Signal("words were erased, or struck out: gone, see core.erasing")
resource_worsened = Signal("a resource ended or became less: resource_id, how, at")
access_withdrawn = Signal("nothing stays open for somebody: person_id, at")
password_sprayed = Signal("one password is tried at many accounts: at")
