"""Figures on a page: every link whose words hold one number, and how many records its address lists."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.urls import Resolver404, resolve

from campaigns.work.views import SHOWN_BY_STATE

NUMBER = re.compile(r"(?<![\d.年月-])(\d+)(?![\d.%年月日-])")
QUIET = ("change", "visually-hidden", "meta")
"""Classes of what a link says beside its figure: changes since last week, words for reading aloud."""


@dataclass
class Link:
    """One link and the words in it, those of QUIET elements left out."""

    href: str
    words: list[str] = field(default_factory=list)

    @property
    def number(self):
        """The one number that it says; of 3/20 the open ones if it leads to them, of 家次 / 家 the first."""
        text = " ".join(self.words)
        if "/" in text:
            first, _, last = text.partition("/")
            text = first if "state=open" in self.href or "家次" in first else last
        found = NUMBER.findall(text)
        return int(found[0]) if len(found) == 1 else None


class Links(HTMLParser):
    """The links of a page, without drawings, whose bars have tests of their own."""

    def __init__(self, page):
        super().__init__()
        self.links, self.open, self.drawing = [], None, 0
        self.quiet = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.drawing += tag == "svg"
        if tag == "a" and given.get("href") and not self.drawing:
            self.open, self.quiet = Link(given["href"]), []
        elif self.open and tag in ("span", "small", "b"):
            self.quiet.append(any(name in QUIET for name in (given.get("class") or "").split()))

    def handle_endtag(self, tag):
        self.drawing -= tag == "svg"
        if tag == "a" and self.open:
            self.links.append(self.open)
            self.open = None
        elif self.open and tag in ("span", "small", "b") and self.quiet:
            self.quiet.pop()

    def handle_data(self, data):
        if self.open and data.strip() and not any(self.quiet):
            self.open.words.append(data.strip())


def figures_on(response):
    """(address, number) of each link of the page that says a number and leads to a list of records."""
    found = []
    for link in Links(response.content.decode()).links:
        if link.number is not None and (view := view_of(link.href)) in COUNTS:
            found.append((link.href, link.number, view))
    return found


def view_of(href):
    try:
        return resolve(href.partition("?")[0]).view_name
    except Resolver404:
        return ""


def _work(context):
    groups = SHOWN_BY_STATE[context["state"]]
    return sum(context["counts"].get(key, 0) for key in groups)


def _figure(said):
    """共 12 条; 3 家，4 条记录; 5 条记录，合计 3 人."""
    return int(re.search(r"\d+", said.rpartition("合计")[2]).group())


COUNTS = {
    "hazards:list": lambda context: context["filter"].qs.count(),
    "campaigns:work": _work,
    "reports:enterprises": lambda context: context["total"],
    "reports:figure": lambda context: _figure(context["shown"].said),
    "hazards:inspections": lambda context: context["totals"]["visits"],
    "hazards:enforcements": lambda context: context["totals"]["acts"],
}
"""By view: how many records its page says that there are."""
