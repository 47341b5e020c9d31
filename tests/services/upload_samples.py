"""Files as people, phones and attackers send them, each made on the spot."""

from __future__ import annotations

import io
import struct
import zlib

import pikepdf
from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
GIF = b"GIF89a" + bytes(100)


def photo(width: int = 800, height: int = 600) -> Image.Image:
    """A picture with a red top left corner on green."""
    image = Image.new("RGB", (width, height), (40, 140, 60))
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill=(220, 30, 30))
    return image


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(width: int = 800, height: int = 600, **options: object) -> bytes:
    return saved(photo(width, height), "JPEG", **options)


def jpeg_with_place(orientation: int = 1) -> bytes:
    """A JPEG as a phone writes it: maker, place (GPS), orientation, comment, colour profile."""
    exif = Image.Exif()
    exif[0x010F] = "示例手机"
    exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (26.0, 19.0, 30.0), 3: "E", 4: (116.0, 20.0, 45.0)})
    return jpeg(exif=exif, comment=b"taken at home", icc_profile=b"profile" * 30)


def png_bomb(side: int = 20_000) -> bytes:
    """A few hundred kB that say they are `side` by `side` pixels, and inflate to that."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    engine = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    body = b"".join(engine.compress(row) for _ in range(side)) + engine.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def scan_bomb() -> bytes:
    """A JPEG that paints its picture hundreds of times."""
    plain = jpeg(64, 64, progressive=True)
    start = plain.rindex(b"\xff\xda")
    return plain[:start] + plain[start:-2] * 300 + plain[-2:]


def pdf(pages: int = 1, **options: object) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, **options)
    for page in range(pages):
        canvas.drawString(72, 700, f"page {page + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _one_page() -> PdfWriter:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return writer


def pdf_with_script() -> bytes:
    """Among the document's names, where viewers run it on opening."""
    writer = _one_page()
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    named = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), script])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): named})
    return written(writer)


def pdf_with_packed_script() -> bytes:
    """The same, with the action inside a compressed object stream that no search of the bytes sees."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_with_script())) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)
    return out.getvalue()


def pdf_with_disguised_script() -> bytes:
    """The action's name is written with escapes, as scanners are fooled."""
    return pdf_with_action("/JavaScript").replace(b"/S /JavaScript", b"/S /J#61vaScript")


def pdf_with_action(kind: str) -> bytes:
    writer = _one_page()
    action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("x")})
    writer.root_object[NameObject("/OpenAction")] = action
    return written(writer)


def pdf_opening_at_page() -> bytes:
    """As office programs write it: opens at a page, has a link and a form."""
    writer = _one_page()
    page = writer.pages[0]
    reference = page.indirect_reference
    assert reference is not None
    writer.root_object[NameObject("/OpenAction")] = ArrayObject([reference, NameObject("/Fit")])
    link = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/A"): DictionaryObject(
                {
                    NameObject("/S"): NameObject("/URI"),
                    NameObject("/URI"): TextStringObject("https://example.com"),
                }
            ),
        }
    )
    page[NameObject("/Annots")] = ArrayObject([link])
    return written(writer)


def pdf_with_file() -> bytes:
    writer = _one_page()
    writer.add_attachment("evil.exe", b"MZ")
    return written(writer)


def pdf_encrypted() -> bytes:
    writer = _one_page()
    writer.encrypt("", "owner", algorithm="AES-256")
    return written(writer)


def _with_stream(raw: bytes, **entries: object) -> bytes:
    writer = _one_page()
    stream = StreamObject()
    stream._data = raw
    stream.update({NameObject(f"/{key}"): value for key, value in entries.items()})
    writer.pages[0][NameObject("/Thumb")] = writer._add_object(stream)
    return written(writer)


def pdf_bomb() -> bytes:
    """A stream of 100 kB that unfolds to 100 MB."""
    return _with_stream(zlib.compress(bytes(100_000_000), 9), Filter=NameObject("/FlateDecode"))


def pdf_nested_bomb() -> bytes:
    """Packed twice: a kilobyte that unfolds to 100 MB."""
    packed = zlib.compress(zlib.compress(bytes(100_000_000), 9), 9)
    filters = ArrayObject([NameObject("/FlateDecode"), NameObject("/FlateDecode")])
    return _with_stream(packed, Filter=filters)


def pdf_with_huge_image() -> bytes:
    """An image said to be 100,000 pixels square."""
    return _with_stream(
        b"\0\1",
        Subtype=NameObject("/Image"),
        Width=NumberObject(100_000),
        Height=NumberObject(100_000),
        Filter=NameObject("/CCITTFaxDecode"),
    )
