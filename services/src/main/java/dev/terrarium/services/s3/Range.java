package dev.terrarium.services.s3;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The bytes `from` (inclusive) to `to` (exclusive) of an object.
record Range(long from, long to) {
  private static final Pattern HEADER = Pattern.compile("bytes=(\\d*)-(\\d*)");

  /// What a `Range` header asks for, or null if it asks for everything; S3 takes a header that is
  /// malformed or names several ranges for none.
  static @Nullable Range of(@Nullable String header, long size) {
    if (header == null) {
      return null;
    }
    var matcher = HEADER.matcher(header.replace(" ", ""));
    if (!matcher.matches()) {
      return null;
    }
    var first = matcher.group(1);
    var last = matcher.group(2);
    if (first.isEmpty() && last.isEmpty() || first.length() > 18 || last.length() > 18) {
      return null;
    }
    if (first.isEmpty()) {
      var suffix = Long.parseLong(last);
      if (suffix == 0 || size == 0) {
        throw notSatisfiable(header, size);
      }
      return new Range(Math.max(0, size - suffix), size);
    }
    var from = Long.parseLong(first);
    if (!last.isEmpty() && Long.parseLong(last) < from) {
      return null;
    }
    if (from >= size) {
      throw notSatisfiable(header, size);
    }
    return new Range(from, last.isEmpty() ? size : Math.min(size, Long.parseLong(last) + 1));
  }

  long length() {
    return to - from;
  }

  String contentRange(long size) {
    return "bytes " + from + "-" + (to - 1) + "/" + size;
  }

  private static RuntimeException notSatisfiable(String header, long size) {
    return S3Errors.draft(416, "InvalidRange", "The requested range is not satisfiable")
        .with("RangeRequested", header)
        .with("ActualObjectSize", Long.toString(size))
        .header("Content-Range", "bytes */" + size)
        .build();
  }
}
