package dev.terrarium.services.lambda;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Paging of lists that are complete in memory: a marker is the number of the first element that
/// was not returned.
final class Pages {
  /// One page.
  record Page<T>(List<T> items, @Nullable String next) {}

  private Pages() {}

  static <T> Page<T> of(
      List<T> all, @Nullable String marker, @Nullable Integer maxItems, int pageMax) {
    if (maxItems != null && maxItems < 1) {
      throw LambdaErrors.constraint("maxItems", maxItems, "have value greater than or equal to 1");
    }
    var count = maxItems == null ? pageMax : Math.min(maxItems, pageMax);
    var from = marker == null || marker.isEmpty() ? 0 : start(marker);
    var to = Math.min(all.size(), from + count);
    var page = from >= to ? List.<T>of() : List.copyOf(all.subList(from, to));
    var next = Integer.toString(to).getBytes(StandardCharsets.UTF_8);
    return new Page<>(page, to < all.size() ? Base64.getEncoder().encodeToString(next) : null);
  }

  private static int start(String marker) {
    try {
      return Integer.parseInt(
          new String(Base64.getDecoder().decode(marker), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      var error = LambdaErrors.invalid("The provided marker is invalid.");
      error.addSuppressed(e);
      throw error;
    }
  }
}
