package dev.terrarium.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A part of a list that is in the order of its items' names, and the token of what follows. As a
/// token names the item behind which the next page begins, pages stay whole while others add and
/// delete.
///
/// @param <T> what the list is of
/// @param token null on the last page
public record Page<T>(List<T> items, @Nullable String token) {
  /// The page behind a token.
  ///
  /// @param all in the order of `name`
  /// @param name what tells items apart
  /// @param max how many a page has at most
  /// @param token of the page before; null at the beginning
  /// @throws IllegalArgumentException if the token is none
  public static <T> Page<T> behind(
      @Nullable String token, List<T> all, Function<T, String> name, int max) {
    int from = token == null ? 0 : firstBehind(nameIn(token), all, name);
    int to = Math.min(all.size(), from + max);
    var items = List.copyOf(all.subList(from, to));
    return new Page<>(items, to < all.size() ? token(name.apply(all.get(to - 1))) : null);
  }

  private static <T> int firstBehind(String last, List<T> all, Function<T, String> name) {
    int at = 0;
    while (at < all.size() && name.apply(all.get(at)).compareTo(last) <= 0) {
      at++;
    }
    return at;
  }

  /// Whether more follows, which some services tell beside the token.
  public boolean truncated() {
    return token != null;
  }

  /// The token of what is behind a name.
  public static String token(String name) {
    return Base64.getUrlEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  /// The name in a token.
  ///
  /// @throws IllegalArgumentException if the token is none
  public static String nameIn(String token) {
    return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
  }
}
