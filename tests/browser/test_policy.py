"""The Content-Security-Policy as Chromium applies it: nothing of ours is against it, and it is applied."""

from __future__ import annotations

import dash
import pytest
from playwright.sync_api import Browser, Page

from browser.conftest import Reader

pytestmark = pytest.mark.browser

WATCH = """() => {
  window.broken = [];
  document.addEventListener("securitypolicyviolation", (one) => {
    window.broken.push(`${one.effectiveDirective} ${one.blockedURI} ${one.sourceFile}:${one.lineNumber}`);
  });
}"""


def broken(page: Page) -> list[str]:
    """What was against the policy since the document was opened."""
    return list(page.evaluate("() => window.broken"))


def test_no_page_does_what_the_policy_forbids(reader: Reader) -> None:
    reader.page.add_init_script(f"({WATCH})()")
    paths = [one["path"] for one in dash.page_registry.values() if one.get("order") is not None]
    assert len(paths) > 5
    for path in (*paths, "/don-vi/QM-P01", "/tim-kiem?tim=mua", "/?trinh_chieu=1", "/ho-so?mau=5"):
        reader.open(path)
        assert broken(reader.page) == [], path
    reader.open("/dung-han")
    reader.page.locator("[data-meaning], button.help").first.click()
    reader.page.locator("#meaning-told").wait_for()
    reader.goes(reader.page.get_by_role("link", name="Kỳ trước", exact=True).click, "/dung-han?ky=2026-10")
    assert broken(reader.page) == [], "in use"
    for path in ("/man-hinh", "/khong-co-trang-nay"):
        reader.page.goto(f"{reader.address}{path}")
        reader.page.wait_for_timeout(2_000)
        assert broken(reader.page) == [], path
    reader.complaints = [one for one in reader.complaints if "404" not in one]


@pytest.mark.parametrize("path", ["/", "/man-hinh"])
def test_the_policy_is_applied(browser: Browser, address: str, path: str) -> None:
    """What somebody's markup would do, did it get into a page, is stopped."""
    page = browser.new_page()
    page.add_init_script(f"({WATCH})()")
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
