package dev.terrarium.services.iam;

import dev.terrarium.kernel.Page;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// IAM's `Marker`, `MaxItems` and `IsTruncated`.
final class Paging {
  private static final int ITEMS_DEFAULT = 100;

  private Paging() {}

  /// The page of `all` that begins behind the element named by the marker.
  ///
  /// @param all sorted by `id`
  static <T> Page<T> of(
      List<T> all, Function<T, String> id, @Nullable String marker, @Nullable Integer maxItems) {
    Check.range(maxItems, "maxItems", 1, 1000);
    try {
      return Page.behind(marker, all, id, maxItems == null ? ITEMS_DEFAULT : maxItems);
    } catch (IllegalArgumentException e) {
      throw IamErrors.invalidInput("Invalid Marker.");
    }
  }
}
