package dev.terrarium.systems.multiformat.functions.documents;

import dev.terrarium.systems.multiformat.functions.Derivative;
import dev.terrarium.systems.multiformat.functions.Deriver;
import dev.terrarium.systems.multiformat.functions.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/// Markdown as a web page, Word as PDF, and both as plain text.
public final class Documents extends Deriver {
  private final Parser parser = Parser.builder().build();
  private final HtmlRenderer html = HtmlRenderer.builder().escapeHtml(true).build();
  private final TextContentRenderer text = TextContentRenderer.builder().build();

  @Override
  protected List<String> targets(Source source) {
    return switch (source.ending()) {
      case "md" -> List.of(source.stem() + ".html", source.stem() + ".txt");
      case "docx" -> List.of(source.stem() + ".pdf", source.stem() + ".txt");
      default -> throw new IllegalArgumentException("Neither Markdown nor Word: " + source.key());
    };
  }

  @Override
  protected List<Derivative> derive(Source source, byte[] content) throws IOException {
    var keys = targets(source);
    if (source.ending().equals("docx")) {
      var word = WordDocument.read(content);
      return List.of(
          new Derivative(keys.get(0), "application/pdf", PdfPages.of(word)),
          new Derivative(keys.get(1), "text/plain; charset=utf-8", bytes(word.text())));
    }
    var document = parser.parse(new String(content, StandardCharsets.UTF_8));
    var page =
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>"
            + escape(source.name())
            + "</title></head><body>\n"
            + html.render(document)
            + "</body></html>\n";
    return List.of(
        new Derivative(keys.get(0), "text/html; charset=utf-8", bytes(page)),
        new Derivative(keys.get(1), "text/plain; charset=utf-8", bytes(text.render(document))));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
