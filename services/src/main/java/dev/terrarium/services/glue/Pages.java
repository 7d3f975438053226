package dev.terrarium.services.glue;

import dev.terrarium.kernel.Page;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Pages of Glue's lists, and its refusal of tokens that are none.
final class Pages {
  private Pages() {}

  /// What follows a token in a list that is in the order of its names.
  ///
  /// @param name what tells items apart
  static <T> Page<T> of(
      List<T> all,
      Function<T, String> name,
      @Nullable Integer limit,
      int most,
      @Nullable String token) {
    try {
      return Page.behind(token, all, name, limit == null ? most : limit);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  /// The name behind which to go on; empty at the beginning.
  static String behind(@Nullable String token) {
    try {
      return token == null ? "" : Page.nameIn(token);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static RuntimeException invalid() {
    return GlueErrors.invalid("Invalid NextToken.");
  }
}
