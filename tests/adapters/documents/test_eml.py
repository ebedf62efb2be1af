"""Mail: headers, the text in whichever form says more, and what is attached."""

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.sandbox import SandboxedParser
from parley.core.ingestion.model import ParsedDocument
from parley.testing.documents import DocumentParserContract, refusal_of

EML = "message/rfc822"


class TestEml(DocumentParserContract):
    media_type = EML
    extension = ".eml"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        message = EmailMessage()
        message["Received"] = "from a by b"
        message.set_content("\n\n".join(sentences))
        path.write_bytes(message.as_bytes())


def letter(subject: str = "Ferien für Eltern", text: str = "Sixteen weeks.\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Zoë <zoe@example.com>"
    message["To"] = "all@example.com"
    message["Subject"] = subject
    message.set_content(text)
    return message


async def parse(parser: SandboxedParser, tmp_path: Path, message: EmailMessage | bytes) -> ParsedDocument:
    content = message if isinstance(message, bytes) else message.as_bytes()
    (tmp_path / "f").write_bytes(content)
    return await parser.parse(tmp_path / "f", name="f.eml", media_type=EML)


async def test_headers_and_text_are_read(parser: SandboxedParser, tmp_path: Path) -> None:
    parsed = await parse(parser, tmp_path, letter())
    assert parsed.title == "Ferien für Eltern"
    assert [block.text for block in parsed.blocks] == [
        "From: Zoë <zoe@example.com>\nTo: all@example.com\nSubject: Ferien für Eltern\n\nSixteen weeks."
    ]


async def test_of_two_forms_of_the_text_the_one_that_says_more_is_read(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    same = letter(text="Sixteen weeks for each parent.\n")
    same.add_alternative("<p>Sixteen weeks for <b>each</b> parent.</p>", subtype="html")
    assert "weeks for each" in (await parse(parser, tmp_path, same)).blocks[0].text
    stub = letter(text="Please use HTML.\n")
    stub.add_alternative(
        "<table><tr><td>City<td>Days<tr><td>Bern<td>20</table><p>And much more.</p>", subtype="html"
    )
    text = (await parse(parser, tmp_path, stub)).blocks[0].text
    assert text.endswith("City: Bern; Days: 20\n\nAnd much more.")
    assert "Please use" not in text


async def test_attachments_are_read_under_their_names(parser: SandboxedParser, tmp_path: Path) -> None:
    message = letter()
    pdf = BytesIO()
    canvas = Canvas(pdf)
    for text in ("Page one.", "Page two."):
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    message.add_attachment(pdf.getvalue(), maintype="application", subtype="pdf", filename="plan.pdf")
    message.add_attachment("# Rules\nBe kind.", filename="../../rules\u202e.md", subtype="markdown")
    parsed = await parse(parser, tmp_path, message)
    assert [(block.heading_path, block.text) for block in parsed.blocks[-3:]] == [
        (("plan.pdf", "Page 1"), "Page one."),
        (("plan.pdf", "Page 2"), "Page two."),
        (("rules .md", "Rules"), "Be kind."),
    ]
    assert "Attachments: plan.pdf, rules .md" in parsed.blocks[0].text
    assert parsed.notice == ""


async def test_attachments_that_cannot_be_read_are_named_with_the_reason(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    message = letter()
    message.add_attachment(b"\0\1", maintype="application", subtype="zip", filename="all.zip")
    message.add_attachment(b"%PDF-1.4 rubbish", maintype="application", subtype="pdf", filename="cut.pdf")
    parsed = await parse(parser, tmp_path, message)
    assert parsed.notice == (
        "Attachments that were not read: all.zip (unsupported type), cut.pdf (damaged file)."
    )


async def test_a_forwarded_message_is_read_under_its_subject(parser: SandboxedParser, tmp_path: Path) -> None:
    message = letter("Fwd: plan", "See below.\n")
    message.add_attachment(letter("The plan", "We move in May.\n"))
    parsed = await parse(parser, tmp_path, message)
    (forwarded,) = [block for block in parsed.blocks if block.heading_path == ("The plan",)]
    assert forwarded.text.endswith("We move in May.")


async def test_pictures_within_the_text_and_signatures_are_no_attachments(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    message = letter()
    message.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="logo.png", cid="<logo>")
    parsed = await parse(parser, tmp_path, message)
    assert "Attachments" not in parsed.blocks[0].text
    assert parsed.notice == ""


async def test_more_attachments_than_the_limit_are_named(tmp_path: Path) -> None:
    message = letter()
    for number in range(4):
        message.add_attachment(f"Text {number}.", filename=f"{number}.txt")
    strict = SandboxedParser(ParserLimits(attachments=2))
    try:
        parsed = await parse(strict, tmp_path, message)
    finally:
        await strict.close()
    assert [block.heading_path for block in parsed.blocks[1:]] == [("0.txt",), ("1.txt",)]
    assert parsed.notice == "Attachments that were not read: 2.txt, 3.txt."


async def test_text_and_headers_in_old_encodings_are_read(parser: SandboxedParser, tmp_path: Path) -> None:
    content = (
        b"From: a@example.com\nSubject: =?ISO-8859-1?Q?Gr=FC=DFe?= =?bad?x?=\n"
        b"Content-Type: text/plain; charset=shift_jis\n\n"
    ) + "吾輩は猫である。".encode("shift_jis")
    parsed = await parse(parser, tmp_path, content)
    assert parsed.title.startswith("Grüße")
    assert parsed.blocks[0].text.endswith("吾輩は猫である。")


async def test_an_encrypted_message_is_refused(parser: SandboxedParser, tmp_path: Path) -> None:
    content = b"From: a@example.com\nContent-Type: application/pkcs7-mime\n\nMIAG\n"
    assert (await refusal_of(parse(parser, tmp_path, content))).code == "encrypted_file"


async def test_a_text_without_headers_is_no_message(parser: SandboxedParser, tmp_path: Path) -> None:
    refusal = await refusal_of(parse(parser, tmp_path, b"Dear all,\n\nnothing here is a header.\n"))
    assert (refusal.code, "headers of a message" in refusal.detail) == ("damaged_file", True)
