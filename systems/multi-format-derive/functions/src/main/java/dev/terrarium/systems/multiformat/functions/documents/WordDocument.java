package dev.terrarium.systems.multiformat.functions.documents;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.poi.ooxml.POIXMLException;
import org.apache.poi.openxml4j.exceptions.OpenXML4JRuntimeException;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFTable;
import org.apache.poi.xwpf.usermodel.XWPFTableCell;

/// What a Word document says: its paragraphs, and the rows of its tables as lines.
record WordDocument(List<Paragraph> paragraphs) {
  /// @param level of a heading, from 1; 0 if it is none
  record Paragraph(int level, String text) {}

  static WordDocument read(byte[] content) throws IOException {
    try (var word = new XWPFDocument(new ByteArrayInputStream(content))) {
      var paragraphs = new ArrayList<Paragraph>();
      for (var element : word.getBodyElements()) {
        if (element instanceof XWPFParagraph paragraph) {
          paragraphs.add(new Paragraph(level(paragraph), paragraph.getText()));
        } else if (element instanceof XWPFTable table) {
          table
              .getRows()
              .forEach(row ->
                  paragraphs.add(
                      new Paragraph(
                          0,
                          row.getTableCells().stream()
                              .map(XWPFTableCell::getText)
                              .collect(Collectors.joining(" | ")))));
        }
      }
      return new WordDocument(paragraphs);
    } catch (POIXMLException | OpenXML4JRuntimeException e) {
      throw new IOException("Not a Word document", e);
    }
  }

  private static int level(XWPFParagraph paragraph) {
    var style = paragraph.getStyle();
    return style != null && style.matches("Heading[1-6]") ? style.charAt(7) - '0' : 0;
  }

  String text() {
    return paragraphs.stream().map(Paragraph::text).collect(Collectors.joining("\n\n", "", "\n"));
  }
}
