package dev.terrarium.systems.multiformat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Report;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.text.PDFTextStripper;

/// Reads derivatives with other eyes than those that wrote them, and compares what they say.
final class Readings {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern HEADING = Pattern.compile("<h[1-6]>(.*?)</h[1-6]>");
  private static final Pattern PARAGRAPH = Pattern.compile("<p>(.*?)</p>", Pattern.DOTALL);

  /// What a lossy format or a palette of 256 may change of a colour, of 255.
  private static final int COLOUR_TOLERANCE = 26;

  private Readings() {}

  static void document(Report report, JsonNode item, String key, byte[] content)
      throws IOException {
    var headings = Verifier.texts(item.path("headings"));
    var paragraphs = Verifier.texts(item.path("paragraphs"));
    if (key.endsWith(".html")) {
      var html = new String(content, StandardCharsets.UTF_8);
      report.equal("HTML has the source's headings", key, headings, all(HEADING, html));
      report.equal("HTML has the source's text", key, paragraphs, all(PARAGRAPH, html));
      return;
    }
    var name = key.endsWith(".pdf") ? "PDF" : "plain text";
    var text =
        key.endsWith(".pdf") ? pdfText(content) : new String(content, StandardCharsets.UTF_8);
    var read = text.replaceAll("\\s+", " ");
    var at = 0;
    for (var heading : headings) {
      var found = read.indexOf(heading, at);
      report.hold(
          name + " has the source's headings in order", found >= 0, key + " lacks " + heading);
      at = Math.max(at, found);
    }
    for (var paragraph : paragraphs) {
      report.hold(
          name + " has the source's text", read.contains(paragraph), key + " lacks " + paragraph);
    }
  }

  private static List<String> all(Pattern pattern, String html) {
    var found = new ArrayList<String>();
    var matcher = pattern.matcher(html);
    while (matcher.find()) {
      found.add(
          matcher
              .group(1)
              .replace("&lt;", "<")
              .replace("&gt;", ">")
              .replace("&quot;", "\"")
              .replace("&amp;", "&"));
    }
    return found;
  }

  private static String pdfText(byte[] content) throws IOException {
    try (var pdf = Loader.loadPDF(content)) {
      return new PDFTextStripper().getText(pdf);
    }
  }

  static void summary(Report report, JsonNode item, String key, byte[] content) throws IOException {
    var department = key.substring(0, key.indexOf('/'));
    // Through text, so that 1 and 1L are the same number.
    var expected = JSON.readTree(item.path(department).toString());
    report.equal("counts of " + department, key, expected, JSON.readTree(content));
  }

  static void picture(Report report, JsonNode item, String key, byte[] content) throws IOException {
    var format = key.substring(key.lastIndexOf('.') + 1);
    var width = Integer.parseInt(key.substring(key.lastIndexOf('-') + 1, key.lastIndexOf('.')));
    var height =
        Math.round((float) width * item.path("height").asInt() / item.path("width").asInt());
    try (var input = ImageIO.createImageInputStream(new ByteArrayInputStream(content))) {
      var reader = ImageIO.getImageReaders(input).next();
      try {
        reader.setInput(input);
        var picture = reader.read(0);
        report.equal(
            "pictures have the right format",
            key,
            format.equals("jpg") ? "jpeg" : format,
            reader.getFormatName().toLowerCase(java.util.Locale.ROOT));
        report.equal(
            "pictures have the right size",
            key,
            width + "x" + height,
            picture.getWidth() + "x" + picture.getHeight());
        quarters(report, item, key, picture);
      } finally {
        reader.dispose();
      }
    }
  }

  private static void quarters(Report report, JsonNode item, String key, BufferedImage picture) {
    for (int quarter = 0; quarter < 4; quarter++) {
      var expected = item.path("quarters").path(quarter).asInt();
      var actual =
          picture.getRGB(
              (1 + 2 * (quarter % 2)) * picture.getWidth() / 4,
              (1 + 2 * (quarter / 2)) * picture.getHeight() / 4);
      report.hold(
          "pictures have the right colours",
          distance(expected, actual) <= COLOUR_TOLERANCE,
          "%s, quarter %d: %06x is not %06x".formatted(key, quarter, actual & 0xffffff, expected));
    }
  }

  private static int distance(int one, int other) {
    var most = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      most = Math.max(most, Math.abs((one >> shift & 255) - (other >> shift & 255)));
    }
    return most;
  }
}
