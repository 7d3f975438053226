package dev.terrarium.services.cloudformation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a list, 100 elements long.
record Page<T>(List<T> items, @Nullable String next) {
  private static final int SIZE = 100;

  static <T> Page<T> of(List<T> all, @Nullable String token) {
    int from = 0;
    if (token != null) {
      try {
        from = Math.min(all.size(), Math.max(0, Integer.parseInt(token)));
      } catch (NumberFormatException e) {
        var error = StackErrors.validation("Invalid NextToken");
        error.addSuppressed(e);
        throw error;
      }
    }
    var to = Math.min(all.size(), from + SIZE);
    return new Page<>(all.subList(from, to), to < all.size() ? String.valueOf(to) : null);
  }
}
