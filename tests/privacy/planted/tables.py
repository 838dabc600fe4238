"""All kinds of secrets together."""

from __future__ import annotations

from typing import Final

from tests.privacy.planted.fields import FIELDS, PASSWORDS
from tests.privacy.planted.hidden_attributes import HIDDEN_ATTRIBUTES
from tests.privacy.planted.hidden_contents import HIDDEN_CONTENTS, HIDDEN_IN_HEAD
from tests.privacy.planted.hidden_in_scripts import HIDDEN_IN_SCRIPTS
from tests.privacy.planted.hidden_in_styles import HIDDEN_IN_STYLES
from tests.privacy.planted.kind import Kind
from tests.privacy.planted.marked import MARKED
from tests.privacy.planted.visible import VISIBLE

KINDS: Final[list[Kind]] = [
    *HIDDEN_IN_HEAD,
    *HIDDEN_ATTRIBUTES,
    *HIDDEN_CONTENTS,
    *HIDDEN_IN_SCRIPTS,
    *HIDDEN_IN_STYLES,
    *VISIBLE,
    *FIELDS,
    *PASSWORDS,
    *MARKED,
]
