package dev.terrarium.systems.multiformat.functions.documents;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.font.encoding.WinAnsiEncoding;

/// Sets a document's paragraphs in lines and pages.
final class PdfPages implements AutoCloseable {
  private static final float MARGIN = 56;
  private static final float TEXT_SIZE = 11;

  private final PDDocument document;
  private final PDFont regular = new PDType1Font(FontName.HELVETICA);
  private final PDFont bold = new PDType1Font(FontName.HELVETICA_BOLD);
  private PDPageContentStream page;
  private float y;

  private PdfPages(PDDocument document) throws IOException {
    this.document = document;
    this.page = newPage();
  }

  static byte[] of(WordDocument word) throws IOException {
    try (var document = new PDDocument()) {
      try (var pages = new PdfPages(document)) {
        for (var paragraph : word.paragraphs()) {
          pages.set(paragraph);
        }
      }
      var out = new ByteArrayOutputStream();
      document.save(out);
      return out.toByteArray();
    }
  }

  private PDPageContentStream newPage() throws IOException {
    var next = new PDPage(PDRectangle.A4);
    document.addPage(next);
    y = PDRectangle.A4.getHeight() - MARGIN;
    return new PDPageContentStream(document, next);
  }

  private void set(WordDocument.Paragraph paragraph) throws IOException {
    var font = paragraph.level() == 0 ? regular : bold;
    var size = paragraph.level() == 0 ? TEXT_SIZE : TEXT_SIZE + 9 - 2 * paragraph.level();
    var width = PDRectangle.A4.getWidth() - 2 * MARGIN;
    var line = new StringBuilder();
    for (var word : encodable(paragraph.text()).split("\\s+")) {
      var longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && font.getStringWidth(longer) / 1000 * size > width) {
        show(line.toString(), font, size);
        line.setLength(0);
        line.append(word);
      } else {
        line.setLength(0);
        line.append(longer);
      }
    }
    show(line.toString(), font, size);
    y -= size * 0.6f;
  }

  private void show(String line, PDFont font, float size) throws IOException {
    if (y < MARGIN + size) {
      page.close();
      page = newPage();
    }
    y -= size * 1.3f;
    page.beginText();
    page.setFont(font, size);
    page.newLineAtOffset(MARGIN, y);
    page.showText(line);
    page.endText();
  }

  /// The standard fonts know only Western letters.
  private static String encodable(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .forEach(c ->
            shown.appendCodePoint(
                Character.isWhitespace(c)
                    ? ' '
                    : WinAnsiEncoding.INSTANCE.contains(
                            org.apache.pdfbox.pdmodel.font.encoding.GlyphList.getAdobeGlyphList()
                                .codePointToName(c))
                        ? c
                        : '?'));
    return shown.toString();
  }

  @Override
  public void close() throws IOException {
    page.close();
  }
}
