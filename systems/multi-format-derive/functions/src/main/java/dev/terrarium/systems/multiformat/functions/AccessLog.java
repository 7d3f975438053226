package dev.terrarium.systems.multiformat.functions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A web server's access log: the combined format, with the visitor's session at the end.
final class AccessLog {
  private static final Pattern LINE =
      Pattern.compile(
          "(\\S+) \\S+ \\S+ \\[([^\\]]+)\\] \"(\\S+) (\\S+) [^\"]*\" (\\d{3}) (\\d+) \"([^\"]*)\""
              + " \"[^\"]*\" (\\S+)");

  /// One request.
  record Hit(String method, String path, int status, long bytes, String referrer, String session) {
    boolean isPage(String prefix) {
      return status == 200 && (path.equals(prefix) || path.startsWith(prefix + "/"));
    }
  }

  private AccessLog() {}

  static List<Hit> read(byte[] content) throws IOException {
    var hits = new ArrayList<Hit>();
    var lines = new String(content, StandardCharsets.UTF_8).split("\n");
    for (int i = 0; i < lines.length; i++) {
      var fields = LINE.matcher(lines[i]);
      if (!fields.matches()) {
        throw new IOException("Line " + (i + 1) + " is not of an access log");
      }
      hits.add(
          new Hit(
              fields.group(3),
              fields.group(4),
              Integer.parseInt(fields.group(5)),
              Long.parseLong(fields.group(6)),
              fields.group(7),
              fields.group(8)));
    }
    return hits;
  }
}
