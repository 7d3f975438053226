package dev.terrarium.services.kms;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A part of a list, and the marker of what follows.
///
/// @param <T> what the list is of
record Pages<T>(List<T> items, @Nullable String marker) {
  /// What follows a marker in a list that is in the order of its names.
  ///
  /// @param name what tells items apart
  static <T> Pages<T> of(
      List<T> all, Function<T, String> name, @Nullable Integer limit, @Nullable String marker) {
    return of(all, name, limit == null ? 100 : limit, decode(marker));
  }

  private static <T> Pages<T> of(List<T> all, Function<T, String> name, int max, String after) {
    var rest = all.stream().filter(item -> name.apply(item).compareTo(after) > 0).toList();
    if (rest.size() <= max) {
      return new Pages<>(rest, null);
    }
    return new Pages<>(rest.subList(0, max), encode(name.apply(rest.get(max - 1))));
  }

  static String encode(String name) {
    return Base64.getUrlEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  /// The name behind which to go on; empty at the beginning.
  static String decode(@Nullable String marker) {
    if (marker == null) {
      return "";
    }
    try {
      return new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw KmsErrors.marker();
    }
  }

  boolean truncated() {
    return marker != null;
  }
}
