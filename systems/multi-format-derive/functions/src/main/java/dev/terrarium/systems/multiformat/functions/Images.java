package dev.terrarium.systems.multiformat.functions;

import java.awt.Color;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/// Pictures in several sizes and formats: `images/cat.png` becomes `images/cat-320.jpg` and so on.
public final class Images extends Deriver {
  private static final List<Integer> WIDTHS = List.of(320, 96);
  private static final List<String> FORMATS = List.of("png", "jpg", "gif", "bmp");
  private static final long PIXELS_MAX = 50_000_000;

  static {
    ImageIO.setUseCache(false);
  }

  @Override
  protected List<String> targets(Source source) {
    var keys = new ArrayList<String>();
    for (var width : WIDTHS) {
      FORMATS.forEach(format -> keys.add(key(source, width, format)));
    }
    return keys;
  }

  private static String key(Source source, int width, String format) {
    return source.stem() + "-" + width + "." + format;
  }

  @Override
  protected List<Derivative> derive(Source source, byte[] content) throws IOException {
    var master = read(content);
    var derivatives = new ArrayList<Derivative>();
    for (var width : WIDTHS) {
      var scaled = scale(master, width);
      for (var format : FORMATS) {
        var out = new ByteArrayOutputStream();
        if (!ImageIO.write(scaled, format, out)) {
          throw new IOException("No writer for " + format);
        }
        var type = format.equals("jpg") ? "jpeg" : format;
        derivatives.add(
            new Derivative(key(source, width, format), "image/" + type, out.toByteArray()));
      }
    }
    return derivatives;
  }

  /// A small file can claim to be a huge picture, so its size is looked at before its pixels.
  private static BufferedImage read(byte[] content) throws IOException {
    try (var input = ImageIO.createImageInputStream(new ByteArrayInputStream(content))) {
      var readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) {
        throw new IOException("Not a picture");
      }
      var reader = readers.next();
      try {
        reader.setInput(input);
        if ((long) reader.getWidth(0) * reader.getHeight(0) > PIXELS_MAX) {
          throw new IOException("More than " + PIXELS_MAX + " pixels");
        }
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage scale(BufferedImage master, int width) {
    var height = Math.max(1, Math.round((float) width * master.getHeight() / master.getWidth()));
    var scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(master, 0, 0, width, height, Color.WHITE, null);
    graphics.dispose();
    return scaled;
  }
}
