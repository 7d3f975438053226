package dev.terrarium.services.s3;

import dev.terrarium.kernel.Errors;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// A form in `multipart/form-data`: fields, then a file whose content streams. What follows the
/// file is not looked at, as in S3.
///
/// @param fields by lower-case name
/// @param fileName the file's own name, or empty
/// @param file its content, or null if the form has none
record MultipartForm(Map<String, String> fields, String fileName, @Nullable InputStream file) {
  private static final int FIELDS_BYTES_MAX = 20 * 1024;
  private static final int LINE_MAX = 8 * 1024;
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]{1,70})\"?");
  private static final Pattern NAME = Pattern.compile("[; ]name=\"([^\"]*)\"");
  private static final Pattern FILE_NAME = Pattern.compile("[; ]filename=\"([^\"]*)\"");

  /// Reads up to the file's first byte.
  ///
  /// @param contentType of the request, with the boundary
  static MultipartForm read(String contentType, InputStream body) throws IOException {
    var matcher = BOUNDARY.matcher(contentType);
    if (!matcher.find()) {
      throw malformed();
    }
    var in = new BufferedInputStream(body, 64 * 1024);
    var delimiter = "--" + matcher.group(1);
    if (!line(in).equals(delimiter)) {
      throw malformed();
    }
    var fields = new LinkedHashMap<String, String>();
    int total = 0;
    while (true) {
      var disposition = disposition(in);
      var name = NAME.matcher(disposition);
      if (!name.find()) {
        throw malformed();
      }
      var content = new PartStream(in, ("\r\n" + delimiter).getBytes(StandardCharsets.UTF_8));
      if (name.group(1).equalsIgnoreCase("file")) {
        var fileName = FILE_NAME.matcher(disposition);
        return new MultipartForm(fields, fileName.find() ? fileName.group(1) : "", content);
      }
      var value = content.readNBytes(FIELDS_BYTES_MAX - total + 1);
      total += value.length;
      if (total > FIELDS_BYTES_MAX) {
        throw Errors.of(
            400,
            "MaxPostPreDataLengthExceededError",
            "Your POST request fields preceding the upload file were too large.");
      }
      fields.put(name.group(1).toLowerCase(Locale.ROOT), new String(value, StandardCharsets.UTF_8));
      if (line(in).equals("--")) {
        return new MultipartForm(fields, "", null);
      }
    }
  }

  private static String disposition(InputStream in) throws IOException {
    var found = "";
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
        found = line;
      }
    }
    return found;
  }

  private static String line(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream(128);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || bytes.size() > LINE_MAX) {
        throw malformed();
      }
      bytes.write(c);
    }
    var line = bytes.toString(StandardCharsets.UTF_8);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  private static AwsServiceException malformed() {
    return Errors.of(
        400,
        "MalformedPOSTRequest",
        "The body of your POST request is not well-formed multipart/form-data.");
  }

  /// One part's content: ends before its delimiter.
  private static final class PartStream extends InputStream {
    private final InputStream in;
    private final byte[] delimiter;
    private boolean ended;

    PartStream(InputStream in, byte[] delimiter) {
      this.in = in;
      this.delimiter = delimiter;
    }

    @Override
    public int read() throws IOException {
      if (ended) {
        return -1;
      }
      var c = in.read();
      if (c < 0) {
        throw malformed();
      }
      if (c != '\r') {
        return c;
      }
      in.mark(delimiter.length);
      for (int i = 1; i < delimiter.length; i++) {
        if (in.read() != delimiter[i]) {
          in.reset();
          return c;
        }
      }
      ended = true;
      return -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = 0;
      while (n < length) {
        var c = read();
        if (c < 0) {
          return n == 0 && length > 0 ? -1 : n;
        }
        bytes[offset + n++] = (byte) c;
      }
      return n;
    }
  }
}
