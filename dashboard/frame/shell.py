"""What surrounds every page: the document, and the place pages are put into.

The address is the only state. Links are made by the server from the View; one script
(assets/address.js) follows them without loading the document again, so nothing else
writes the address.
"""

from __future__ import annotations

import dash
import dash_bootstrap_components as dbc

from dashboard.frame.fold import offcanvas
from dashboard.frame.meaning import popover
from dashboard.frame.notices import notices

_INDEX = """<!DOCTYPE html>
<html lang="vi" data-prefix="__PREFIX__">
<head>
{%metas%}
<meta name="referrer" content="same-origin">
<title>{%title%}</title>
<link rel="icon" href="__PREFIX__/assets/favicon.svg" type="image/svg+xml">
{%css%}
</head>
<body>
<p class="astray">Trang chưa tải được các tệp của mình.
Nếu trang được đặt sau một đường dẫn (như /motcua/), đặt cài đặt url_prefix bằng đường dẫn ấy.</p>
{%app_entry%}
<noscript><style>.page .slot:empty, .page > .card:has(> .slot:empty) { display: none; }</style>
<p class="without-scripts">Trình duyệt này tắt JavaScript: trang chỉ có phần đầu.</p></noscript>
<aside class="present" aria-label="Trình chiếu"><span class="present-bar"></span>
<button type="button" data-present="previous" aria-label="Thẻ trước">◀</button>
<button type="button" data-present="next" aria-label="Thẻ sau">▶</button>
<button type="button" data-present="keys">Phím tắt</button>
<button type="button" class="copy" data-copy="">Chép liên kết</button>
<button type="button" data-present="off">Thoát</button>
<span class="present-more" hidden>↓ còn nữa</span>
<p class="present-place" role="status"><b class="present-at"></b> <span class="present-page"></span></p>
</aside>
<dialog class="keys" id="present-keys" aria-labelledby="present-keys-title">
<h2 id="present-keys-title">Phím tắt</h2>
<dl>
<dt><kbd>P</kbd></dt><dd>Bật hoặc tắt trình chiếu</dd>
<dt><kbd>→</kbd> <kbd>Page Down</kbd> <kbd>Phím cách</kbd></dt><dd>Thẻ sau; hết trang thì sang trang sau</dd>
<dt><kbd>←</kbd> <kbd>Page Up</kbd></dt><dd>Thẻ trước</dd>
<dt><kbd>↓</kbd> <kbd>↑</kbd></dt><dd>Cuộn thẻ dài</dd>
<dt><kbd>Home</kbd> <kbd>End</kbd></dt><dd>Thẻ đầu, thẻ cuối của trang</dd>
<dt><kbd>Esc</kbd></dt><dd>Thoát trình chiếu</dd>
<dt><kbd>F11</kbd></dt><dd>Toàn màn hình (của trình duyệt)</dd>
<dt><kbd>/</kbd></dt><dd>Tìm đơn vị, thủ tục, mã hồ sơ</dd>
<dt><kbd>?</kbd></dt><dd>Mở hoặc đóng bảng này</dd>
</dl>
<form method="dialog"><button>Đóng</button></form>
</dialog>
<footer>{%config%}{%scripts%}
{%renderer%}</footer>
</body>
</html>"""


def index(prefix: str) -> str:
    """Give the document that every page begins as; ``prefix``: what a proxy puts before every path."""
    return _INDEX.replace("__PREFIX__", prefix)


def shell() -> dbc.Container:
    """Lay out what every page shares; the bar belongs to the page, since it knows the address."""
    parts = [dash.page_container, *popover(), offcanvas(), notices()]
    return dbc.Container(parts, fluid=True, className="app p-0")
