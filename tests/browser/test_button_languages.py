"""The built front end in every language: nothing is left in English, and all of it fits. Leaves pictures for people."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from playwright.sync_api import expect

from glance_widget import LanguageManager
from glance_widget.phrases.phrase_files import ENGLISH, languages, phrase_file
from tests.browser import look_faces
from tests.browser.button_bench import Benches
from tests.browser.look_faces import SESSION, SIGN_IN, TOLD, Face, said
from tests.browser.look_sheets import open_sheet

pytestmark = pytest.mark.browser

UNREACHABLE: Final = {
    "code": "presence_unreachable",
    "message": "There are issues with connecting to the presence service, please try again or refresh the page.",
    "hint": "The presence service answered with status 503. It is being tried again; check the network if this lasts.",
}
DECLINED: Final = {
    "code": "declined",
    "message": "The website visitor declined cobrowse session.",
    "hint": "You can ask again when they are ready.",
}
REFUSED: Final = {
    "code": "authorization",
    "message": 'Partner User Id "ann@example.com" not found or invalid, contact your administrator.',
    "hint": "The login key may be signed with another API key, or for another group or agent, or have expired.",
}

ALSO_IN_ENGLISH: Final = (
    "connecting, blocked pop-up",
    "absent, gicon",
    "present, gicon, sandbox",
    "present, long name, page in the background",
    "joining",
    "in_session, viewer open",
    "in_session, Sign In",
    "key form, invalid key",
    "another version",
)
FACES: Final = [
    *(face for face in look_faces.FACES if face.title in ALSO_IN_ENGLISH),
    Face("connecting", said("connecting", message="Asking whether Maria is online…", visitor=None)),
    Face("inviting", said("inviting", message="Maria is reading the terms…")),
    Face("in_session, an error", said("in_session", session=SESSION, gicon=True, error=UNREACHABLE)),
    Face("ended", said("ended", reporting={"duration": 7340})),
    Face("declined", said("failed", "declined", error=DECLINED)),
    Face("refused", said("failed", "sign_in", error=REFUSED, visitor=None)),
    Face("identity provider silent", said("failed", "sign_in", error=SIGN_IN, visitor=None)),
]
WORDS: Final = """() => {
  const texts = [];
  for (const { shadowRoot } of document.querySelectorAll("figure > div > div > *")) {
    for (const element of shadowRoot?.querySelectorAll("button, p, label, span, time") ?? []) {
      texts.push(element.textContent);
    }
  }
  return texts;
}"""


FONTS: Final = "() => [...document.fonts].flatMap(({ family, status }) => (status === 'loaded' ? [family] : []))"
DIGITS: Final = """(code) => {
  const [text] = code.childNodes;
  const range = document.createRange();
  const digits = [...text.data].flatMap((digit, at) => {
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return digit.trim() ? [{ digit, left: range.getBoundingClientRect().left }] : [];
  });
  return digits.sort((one, other) => one.left - other.left).map(({ digit }) => digit).join("");
}"""


@pytest.mark.parametrize("tag", languages())
def test_every_face_fits_and_is_all_in_one_language(benches: Benches, tag: str) -> None:
    sheet = open_sheet(benches, scale=0.8)
    phrases = {tag: LanguageManager().for_front_end(tag)}
    faces = [
        replace(face, traits={**face.traits, "language": tag, "_phrases": phrases}, width=width)
        for width in ("160px", "400px")
        for face in FACES
    ]
    sheet.show(faces, arranged="rows")
    assert sheet.audit() == []
    sheet.picture(f"language-{tag}")
    page = sheet.bench.page
    # A machine without fonts for it would show boxes.
    assert ("Noto Sans JP" in str(page.evaluate(FONTS))) == (tag == "ja")
    direction = phrase_file(tag)["direction"]
    expect(page.locator(f".root[lang={tag}][dir={direction}]")).to_have_count(2 * len(faces))
    shown = set(page.evaluate(WORDS)) - {""}
    english = phrase_file(ENGLISH)
    left = {text for text in shown if text in english["kernel"] or text in english["widget"].values()}
    assert left == (left if tag == ENGLISH else set())
    assert phrase_file(tag)["kernel"][DECLINED["message"]] in shown
    assert phrase_file(tag)["widget"]["signIn.blocked"] in shown
    assert SIGN_IN["hint"] not in shown or tag == ENGLISH


def test_the_browser_says_which_language(benches: Benches) -> None:
    bench = benches.open(locale="ar-EG")
    bench.mount()
    script = "() => glance.mounted.model.sent.find(({ type }) => type === 'hello').languages"
    assert bench.page.evaluate(script) == ["ar-EG"]
    bench.write({"_phrases": {tag: LanguageManager().for_front_end(tag) for tag in ("ar", "de")}})
    expect(bench.button("انضمام")).to_be_visible()
    bench.goes("failed", error=SIGN_IN, visitor=None)
    button, headline = (
        bench.page.locator(name).first.bounding_box() for name in ("button[data-look]", ".root .headline")
    )
    assert button is not None
    assert headline is not None
    assert button["x"] > headline["x"]


def test_the_key_for_a_customer_is_read_from_left_to_right_where_the_text_is_not(benches: Benches) -> None:
    bench = benches.open()
    bench.mount()
    bench.goes("joining", "key_to_read", language="ar", _phrases={"ar": LanguageManager().for_front_end("ar")})
    bench.page.evaluate("(told) => glance.mounted.model.reply(glance.mounted.model.last('hello'), told)", TOLD)
    code = bench.page.get_by_role("note")
    expect(code).to_be_visible()
    assert code.evaluate(DIGITS) == TOLD["key"]
