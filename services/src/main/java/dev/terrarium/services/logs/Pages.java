package dev.terrarium.services.logs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Paging of lists that are complete in memory: a token is the number of the first element that was
/// not returned.
final class Pages {
  /// One page.
  record Page<T>(List<T> items, @Nullable String next) {}

  private Pages() {}

  static <T> Page<T> of(
      List<T> all, @Nullable String token, @Nullable Integer limit, int limitMax) {
    var count = limit == null ? limitMax : limit;
    if (count < 1) {
      throw LogsErrors.constraint("limit", count, "have value greater than or equal to 1");
    }
    if (count > limitMax) {
      throw LogsErrors.constraint("limit", count, "have value less than or equal to " + limitMax);
    }
    var from = token == null ? 0 : start(token);
    var to = Math.min(all.size(), from + count);
    var page = from >= to ? List.<T>of() : List.copyOf(all.subList(from, to));
    return new Page<>(page, to < all.size() ? token(to) : null);
  }

  private static String token(int start) {
    var text = "page:" + start;
    return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static int start(String token) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.startsWith("page:")) {
        return Integer.parseInt(text.substring(5));
      }
    } catch (IllegalArgumentException e) {
      throw badToken(e);
    }
    throw badToken(null);
  }

  private static RuntimeException badToken(@Nullable Exception cause) {
    var error = LogsErrors.invalid("The specified nextToken is invalid.");
    if (cause != null) {
      error.addSuppressed(cause);
    }
    return error;
  }
}
