package dev.terrarium.systems.multiformat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.apache.poi.xwpf.usermodel.XWPFDocument;

/// Draws sources from a seed, and knows what is to become of them.
final class Sources {
  static final List<String> FORMATS = List.of("png", "jpg", "gif", "bmp");
  static final List<Integer> WIDTHS = List.of(320, 96);
  private static final ObjectMapper JSON = new ObjectMapper();

  static {
    // POI logs through an API of which nobody brings an implementation; it would say so on stderr.
    System.setProperty("log4j.provider", "org.apache.logging.log4j.simple.internal.SimpleProvider");
  }

  private final SplittableRandom random;

  Sources(long seed) {
    random = new SplittableRandom(seed);
  }

  /// As many as the scale says: at 1, 24 Markdown and 12 Word documents, 12 logs, 12 pictures.
  List<Item> all(double scale) {
    var items = new ArrayList<Item>();
    for (int i = 1; i <= count(24, scale); i++) {
      items.add(markdown("documents/note-" + i));
    }
    for (int i = 1; i <= count(12, scale); i++) {
      items.add(word("documents/report-" + i));
      items.add(log("logs/web-" + i));
      items.add(picture("images/plate-" + i));
    }
    return items;
  }

  private static int count(int most, double scale) {
    return Math.max(1, (int) Math.round(most * scale));
  }

  private static ObjectNode truth(String kind) {
    var truth = JSON.createObjectNode().put("kind", kind);
    truth.putObject("derivatives");
    return truth;
  }

  private static void derivative(ObjectNode truth, String bucket, String key) {
    truth.withObject("/derivatives").withArray("/" + bucket).add(key);
  }

  Item markdown(String stem) {
    var truth = truth("markdown");
    derivative(truth, "Documents", stem + ".html");
    derivative(truth, "Documents", stem + ".txt");
    var text = new StringBuilder();
    for (int section = 0; section < 2 + random.nextInt(4); section++) {
      var heading = Words.some(random, 3);
      truth.withArray("/headings").add(heading);
      text.append("#".repeat(section == 0 ? 1 : 2)).append(' ').append(escape(heading));
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        var paragraph = Words.some(random, 12 + random.nextInt(40));
        truth.withArray("/paragraphs").add(paragraph);
        text.append("\n\n").append(escape(paragraph));
      }
      text.append("\n\n");
    }
    return new Item(stem + ".md", text.toString().getBytes(StandardCharsets.UTF_8), truth);
  }

  private static String escape(String text) {
    return text.replace("&", "\\&").replace("<", "\\<");
  }

  Item word(String stem) {
    var truth = truth("word");
    derivative(truth, "Documents", stem + ".pdf");
    derivative(truth, "Documents", stem + ".txt");
    try (var word = new XWPFDocument()) {
      for (int section = 0; section < 2 + random.nextInt(4); section++) {
        var heading = word.createParagraph();
        heading.setStyle("Heading" + (section == 0 ? 1 : 2));
        var title = Words.some(random, 4);
        truth.withArray("/headings").add(title);
        heading.createRun().setText(title);
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
          var paragraph = Words.some(random, 20 + random.nextInt(60));
          truth.withArray("/paragraphs").add(paragraph);
          word.createParagraph().createRun().setText(paragraph);
        }
      }
      var out = new ByteArrayOutputStream();
      word.write(out);
      return new Item(stem + ".docx", out.toByteArray(), truth);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Item log(String stem) {
    return AccessLogWriter.write(random, stem, truth("log"), Sources::derivative);
  }

  Item picture(String stem) {
    var truth = truth("picture");
    var width = 640 + random.nextInt(640);
    var height = 360 + random.nextInt(640);
    truth.put("width", width).put("height", height);
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = picture.createGraphics();
    for (int quarter = 0; quarter < 4; quarter++) {
      var colour = random.nextInt(0x1000000);
      truth.withArray("/quarters").add(colour);
      graphics.setColor(new Color(colour));
      graphics.fillRect(
          quarter % 2 * width / 2, quarter / 2 * height / 2, width / 2 + 1, height / 2 + 1);
    }
    graphics.dispose();
    for (var size : WIDTHS) {
      FORMATS.forEach(format -> derivative(truth, "Images", stem + "-" + size + "." + format));
    }
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Item(stem + ".png", out.toByteArray(), truth);
  }

  /// Bytes that are of no format at all.
  byte[] garbage(int size) {
    var bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
