package dev.terrarium.services.kms;

import dev.terrarium.kernel.Page;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Pages of KMS's lists, and its refusal of markers that are none.
final class Pages {
  private static final int ITEMS_DEFAULT = 100;

  private Pages() {}

  /// What follows a marker in a list that is in the order of its names.
  ///
  /// @param name what tells items apart
  static <T> Page<T> of(
      List<T> all, Function<T, String> name, @Nullable Integer limit, @Nullable String marker) {
    try {
      return Page.behind(marker, all, name, limit == null ? ITEMS_DEFAULT : limit);
    } catch (IllegalArgumentException e) {
      throw KmsErrors.marker();
    }
  }

  /// The name behind which to go on; empty at the beginning.
  static String behind(@Nullable String marker) {
    try {
      return marker == null ? "" : Page.nameIn(marker);
    } catch (IllegalArgumentException e) {
      throw KmsErrors.marker();
    }
  }
}
