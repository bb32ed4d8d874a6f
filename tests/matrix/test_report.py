# SPDX-License-Identifier: BSD-2-Clause
"""The report in a browser: it opens without errors, draws, sorts, filters, and fetches nothing. Screenshots stay in build/matrix-report/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import example
import pytest

from janus.matrix import report
from janus.paths import BUILD

SCREENSHOTS = BUILD / "matrix-report"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    folder = tmp_path_factory.mktemp("report")
    report.write(folder, example.whole({"null-call-fast": 10, "unix-getppid": 300}, broken=("l4", "ipc-4-words")))
    options = Options()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,1600"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    try:
        driver.get((folder / "report.html").as_uri())
        yield driver
    finally:
        driver.quit()


def js(browser: Any, code: str) -> Any:
    return browser.execute_script(f"return {code}")


def titles(browser: Any) -> list[str]:
    return list(js(browser, "[...document.querySelectorAll('#matrix tbody button.open')].map(e => e.textContent)"))


def shoot(browser: Any, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    assert browser.save_screenshot(str(SCREENSHOTS / name))


def test_it_opens_without_errors_and_fetches_nothing(browser: Any) -> None:
    assert js(browser, "document.documentElement.dataset.ready") == "yes"
    assert browser.get_log("browser") == []
    assert js(browser, "performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length") == 0
    shoot(browser, "report.png")


def test_charts_are_drawn(browser: Any) -> None:
    places = js(browser, "charts.length")
    assert places >= 4
    assert js(browser, "document.querySelectorAll('.chart .main-svg').length") >= places


def test_it_sorts_by_a_column(browser: Any) -> None:
    before = titles(browser)
    column = js(browser, "[...document.querySelectorAll('#matrix thead th')].findIndex(e => e.textContent == 'Linux')")
    for _ in range(2):  # ascending, then descending
        js(browser, f"document.querySelectorAll('#matrix thead th')[{column}].click()")
    assert sorted(titles(browser)) == sorted(before)
    cells = js(browser, f"[...document.querySelectorAll('#matrix tbody tr')].map(e => Number(e.children[{column}].dataset.order))")
    assert cells == sorted(cells, reverse=True)


def test_it_filters_by_words_and_by_group(browser: Any) -> None:
    everything = len(titles(browser))
    js(browser, "$('#matrix').DataTable().search('null call').draw() && 1")
    assert 0 < len(titles(browser)) < everything
    js(browser, "$('#matrix').DataTable().search('').draw() && 1")
    js(browser, "(document.getElementById('group').value = 'Unix', $('#group').trigger('change'), 1)")
    groups = js(browser, "[...document.querySelectorAll('#matrix tbody tr')].map(e => e.children[1].textContent)")
    assert groups and set(groups) == {"Unix"}
    js(browser, "(document.getElementById('group').value = '', $('#group').trigger('change'), 1)")
    assert len(titles(browser)) == everything


def test_a_row_opens_on_its_title(browser: Any) -> None:
    js(browser, "(document.querySelector('button[data-row=protected-call]').click(), 1)")
    text = js(browser, "document.querySelector('td.details').textContent")
    assert "Not the same thing" in text and "seL4" in text and "round-trip" in text


def test_it_fits_a_phone(browser: Any) -> None:
    browser.set_window_size(400, 800)
    assert js(browser, "document.documentElement.scrollWidth <= window.innerWidth + 1")
    shoot(browser, "phone.png")
    browser.set_window_size(1400, 1600)


def test_it_is_dark_where_that_is_wanted(browser: Any) -> None:
    light = js(browser, "getComputedStyle(document.body).backgroundColor")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    assert js(browser, "getComputedStyle(document.body).backgroundColor") != light
    shoot(browser, "dark.png")


def test_the_file_stands_alone(tmp_path: Path) -> None:
    report.write(tmp_path, example.whole())
    text = (tmp_path / "report.html").read_text()
    assert "<script src" not in text and 'rel="stylesheet"' not in text
