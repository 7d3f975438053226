package dev.terrarium.services.glue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A part of a list that is in the order of its names, and the token of what follows.
///
/// @param <T> what the list is of
record Pages<T>(List<T> items, @Nullable String token) {
  /// What follows a token.
  ///
  /// @param name what tells items apart
  static <T> Pages<T> of(
      List<T> all,
      Function<T, String> name,
      @Nullable Integer limit,
      int most,
      @Nullable String token) {
    var after = decode(token);
    var max = limit == null ? most : limit;
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
  static String decode(@Nullable String token) {
    try {
      return token == null
          ? ""
          : new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw GlueErrors.invalid("Invalid NextToken.");
    }
  }
}
