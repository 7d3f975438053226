package dev.terrarium.services.iam;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One page of a list: AWS's `Marker`, `MaxItems` and `IsTruncated`.
///
/// @param <T> the elements
/// @param items of this page
/// @param marker where the next begins, or null at the end
record Paging<T>(List<T> items, @Nullable String marker) {
  private static final int ITEMS_DEFAULT = 100;

  /// The page of `all` that begins behind the element named by the marker.
  ///
  /// @param all sorted by `id`
  static <T> Paging<T> of(
      List<T> all, Function<T, String> id, @Nullable String marker, @Nullable Integer maxItems) {
    Check.range(maxItems, "maxItems", 1, 1000);
    var size = maxItems == null ? ITEMS_DEFAULT : maxItems;
    var from = marker == null ? 0 : behind(all, id, decode(marker));
    var to = Math.min(all.size(), from + size);
    var page = all.subList(from, to);
    return new Paging<>(page, to < all.size() ? encode(id.apply(all.get(to - 1))) : null);
  }

  boolean truncated() {
    return marker != null;
  }

  private static <T> int behind(List<T> all, Function<T, String> id, String last) {
    for (int i = 0; i < all.size(); i++) {
      if (id.apply(all.get(i)).compareTo(last) > 0) {
        return i;
      }
    }
    return all.size();
  }

  private static String encode(String id) {
    return Base64.getUrlEncoder().encodeToString(id.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String marker) {
    try {
      return new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw IamErrors.invalidInput("Invalid Marker.");
    }
  }
}
