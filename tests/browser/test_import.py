"""A ledger of 5,000 rows through the wizard, with its progress."""

import re

import openpyxl

from tests.browser.conftest import BROWSER
from tests.reports.workbooks import HEADINGS

pytestmark = BROWSER


def ledger(path, rows):
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("清单")
    sheet.append(["龙港市小微园安全隐患整治清单"])
    sheet.append(HEADINGS)
    for n in range(1, rows + 1):
        sheet.append(
            [
                n,
                ("龙诚小微园", "黄河产业园", "新雅（一期）")[n % 3],
                f"{n % 9 + 1}号楼{n % 6 + 1}层（大批{n % 40}号厂）",
                f"第{n}处灭火器过期",
                "消防通道不畅通",
                ("消防救援大队", "专班工作组")[n % 2],
                "2021年11月30日",
                ("整改中", "已完成整改")[n % 2],
                "2021.10.8",
            ]
        )
    workbook.save(path)


def test_five_thousand_rows_with_progress(person, tmp_path):
    path = tmp_path / "大台账.xlsx"
    ledger(path, 5000)
    lead = person("lead")
    page = lead.page
    page.goto("/import/")
    page.locator("input[type=file]").set_input_files(str(path))
    page.get_by_role("button", name=re.compile("上传")).click()
    page.wait_for_url(re.compile(r"/import/\d+/"))
    page.get_by_role("button", name=re.compile("确认导入")).wait_for(timeout=60_000)
    assert "5000" in page.locator("main").inner_text().replace(",", "")
    page.get_by_role("button", name=re.compile("确认导入")).click()
    page.get_by_role("progressbar").or_(page.get_by_text("导入完成")).first.wait_for()
    page.get_by_text(re.compile("已导入")).first.wait_for(timeout=90_000)
    page.get_by_role("link", name=re.compile("查看")).first.wait_for(timeout=90_000)
    page.get_by_role("link", name=re.compile("查看")).first.click()
    page.get_by_text("共 5000 条", exact=True).wait_for()
