"""Reading small pieces of HTML strictly: whether the tags nest, and what stands in them."""

from html.parser import HTMLParser

VOID = frozenset({"br", "img", "hr", "wbr", "col"})
NO_PARAGRAPH_AROUND = frozenset({"p", "div", "ul", "ol", "table", "h1", "h2", "li"})


class Piece(HTMLParser):
    """The tags, attributes and text of a piece; fails where a tag is not closed in its order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not ("p" in self.open and tag in NO_PARAGRAPH_AROUND), f"<{tag}> inside <p>"
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data


def inert(text: str) -> Piece:
    """Check that a piece that was given hostile text nests, runs nothing and loads nothing; return it."""
    piece = Piece(text)
    assert not {"script", "iframe", "object", "embed", "link", "meta", "form"} & set(piece.tags)
    for tag, name, value in piece.attributes:
        assert not name.startswith("on"), f"<{tag} {name}>"
        if name in {"src", "href"}:
            assert value.startswith("data:image/svg+xml;base64,"), value[:60]
    assert "{{" not in text
    for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f":
        assert mark not in text, f"U+{ord(mark):04X} turns the text around"
    return piece
