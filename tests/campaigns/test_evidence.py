"""Files that show work done: told by their content, pictures without position, never under a given name."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from campaigns.evidence import MAX_FILES, read_evidence
from campaigns.models import Evidence
from campaigns.pictures import MAX_BYTES
from campaigns.work.actions import complete
from tests import factories

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def pdf(name: str = "验收报告.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def picture(kind: str, name: str, size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB" if kind == "JPEG" else "P", size).save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


def reasons(*uploads: SimpleUploadedFile) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        read_evidence(uploads)
    return caught.value.messages


@pytest.mark.parametrize(
    ("kind", "name", "kept"),
    [("JPEG", "现场.JPG", "现场.jpg"), ("PNG", "截图.png", "截图.jpg"), ("WEBP", "图.v1.2", "图.v1.2.jpg")],
)
def test_pictures_become_clean_jpegs(kind, name, kept):
    (clean,) = read_evidence([picture(kind, name)])
    assert (clean.name, clean.is_picture) == (kept, True)
    assert Image.open(clean.file).format == "JPEG"


def test_positions_are_left_out():
    (clean,) = read_evidence([factories.photo("定位.jpg", gps=True)])
    assert clean.thumbnail is not None
    for copy in (clean.file, clean.thumbnail):
        assert not Image.open(copy).getexif()
        assert b"Exif" not in copy.open().read()


def test_a_pdf_is_kept_as_it_came():
    (clean,) = read_evidence([pdf()])
    assert (clean.name, clean.is_picture, clean.thumbnail) == ("验收报告.pdf", False, None)
    assert clean.file.read() == PDF


def test_the_content_decides_not_the_name_or_the_browser():
    (clean,) = read_evidence([pdf("其实是PDF.jpg")])
    assert clean.name == "其实是PDF.pdf" and not clean.is_picture
    page = b"<html><script>alert(1)</script></html>"
    for name in ("网页.pdf", "网页.jpg"):
        assert (
            "不能作为佐证材料" in reasons(SimpleUploadedFile(name, page, content_type="application/pdf"))[0]
        )


@pytest.mark.parametrize(
    ("upload", "reason"),
    [
        (SimpleUploadedFile("空.jpg", b""), "“空.jpg”不能作为佐证材料"),
        (SimpleUploadedFile("表.xlsx", b"PK\x03\x04" + bytes(100)), "请上传 JPG、PNG、WebP 图片或 PDF"),
        (SimpleUploadedFile("动.gif", b"GIF89a" + bytes(100)), "“动.gif”不能作为佐证材料"),
        (SimpleUploadedFile("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "不能作为佐证材料"),
        (SimpleUploadedFile("苹果.heic", b"\0\0\0\x18ftypheic" + bytes(100)), "兼容性最佳"),
        (SimpleUploadedFile("断.jpg", b"\xff\xd8\xff\xe0" + bytes(100)), "“断.jpg”不是可用的照片"),
        (pdf("大.pdf", PDF + bytes(MAX_BYTES)), "“大.pdf”超过 10 MB"),
        (picture("PNG", "巨.png", (9500, 9500)), "“巨.png”像素过大"),
    ],
)
def test_what_is_refused_and_why(upload, reason):
    (message,) = reasons(upload)
    assert reason in message


def test_all_reasons_at_once():
    messages = reasons(pdf(), SimpleUploadedFile("甲.doc", b"doc"), SimpleUploadedFile("乙.zip", b"PK\3\4"))
    assert [message[:5] for message in messages] == ["“甲.do", "“乙.zi"]


def test_nine_files_at_most():
    assert len(read_evidence([pdf() for _ in range(MAX_FILES)])) == 9
    assert reasons(*[pdf() for _ in range(MAX_FILES + 1)]) == ["一次最多上传 9 个文件"]


def test_names_are_random_where_they_are_stored_and_fit_where_they_are_shown(world):
    item = factories.work_item(world.campaign)
    row = factories.occurrence(world.xincheng, item)
    uploads = [pdf("长" * 400 + ".pdf"), factories.photo("张三 13800000001.jpg")]
    completion = complete(row.pk, by=world.dept_xincheng, files=uploads, on=date(2021, 9, 14))
    report, photo = sorted(completion.evidence.all(), key=lambda row: row.is_picture)
    assert len(report.name) == 255 and report.name.endswith("长.pdf")
    assert photo.name == "张三 13800000001.jpg"
    for file in (report, photo):
        assert file.key.hex in file.file.name and "张三" not in file.file.name
        assert file.size == file.file.size and len(file.sha256) == 64
    assert photo.thumbnail.name.endswith(f"{photo.key.hex}-s.jpg") and not report.thumbnail
    assert Evidence.objects.count() == 2
