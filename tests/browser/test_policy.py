"""The Content-Security-Policy as Chromium applies it: nothing of ours is against it, and it is applied."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from browser.conftest import WATCH, Reader, broken

pytestmark = pytest.mark.browser


def test_nothing_in_use_is_against_the_policy(reader: Reader) -> None:
    """What each page does by itself: test_every_page.py."""
    reader.page.add_init_script(WATCH)
    reader.open("/dung-han")
    reader.page.locator("[data-meaning], button.help").first.click()
    reader.page.locator("#meaning-told").wait_for()
    reader.goes(reader.page.get_by_role("link", name="Kỳ trước", exact=True).click, "/dung-han?ky=2026-10")
    assert broken(reader.page) == []
    for path in ("/man-hinh", "/khong-co-trang-nay"):
        reader.page.goto(f"{reader.address}{path}")
        reader.page.wait_for_timeout(2_000)
        assert broken(reader.page) == [], path
    reader.complaints = [one for one in reader.complaints if "404" not in one]


@pytest.mark.parametrize("path", ["/", "/man-hinh"])
def test_the_policy_is_applied(browser: Browser, address: str, path: str) -> None:
    """What somebody's markup would do, did it get into a page, is stopped."""
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{address}{path}")
    page.evaluate("""() => {
      const made = document.createElement("script");
      made.textContent = "window.was_run = true";
      document.body.append(made);
      const far = document.createElement("img");
      far.src = "https://example.com/x.png";
      document.body.append(far);
      const frame = document.createElement("div");
      frame.innerHTML = "<img src=x onerror='window.was_run = true'>";
      document.body.append(frame);
    }""")
    page.wait_for_timeout(500)
    assert page.evaluate("() => window.was_run") is None
    told = " ".join(broken(page))
    assert "script-src-elem" in told
    assert "img-src" in told
    page.close()


@pytest.mark.parametrize("path", ["/", "/man-hinh"])
def test_who_opened_a_page_from_elsewhere_has_no_hold_on_it(
    browser: Browser, address: str, path: str
) -> None:
    """The same server under another name is another site to a browser."""
    elsewhere = address.replace("127.0.0.1", "localhost")
    page = browser.new_context().new_page()
    page.goto(f"{elsewhere}/healthz")
    with page.expect_popup() as opening:
        page.evaluate("(there) => { window.opened = window.open(there); }", f"{address}{path}")
    opened = opening.value
    opened.wait_for_load_state()
    assert opened.locator("h1").count() >= 1
    assert opened.evaluate("window.opener") is None
    assert page.evaluate("window.opened.closed") is True
    page.context.close()
