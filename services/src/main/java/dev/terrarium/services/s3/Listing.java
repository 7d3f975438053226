package dev.terrarium.services.s3;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One page of a listing by prefix and delimiter.
///
/// @param entries in order
/// @param prefixes the common prefixes, in order
/// @param next the last entry or common prefix, if there are more behind it
record Listing(
    List<Entry> entries, List<String> prefixes, boolean truncated, @Nullable Entry next) {
  static final int KEYS_MAX = 1000;

  /// @param object null if the entry is a common prefix
  record Entry(String key, @Nullable StoredObject object, boolean latest) {}

  /// What is asked for.
  ///
  /// @param after the key or common prefix behind which the page begins, or empty
  record Query(String prefix, @Nullable String delimiter, int keysMax, String after) {
    /// Where a walk for this query begins.
    KeyWalk.Start start() {
      if (after.isEmpty()) {
        return KeyWalk.Start.FIRST;
      }
      var folded = folded(after);
      return folded != null && folded.equals(after)
          ? new KeyWalk.Start(after, KeyWalk.Start.Kind.BEHIND_ALL_WITH)
          : new KeyWalk.Start(after, KeyWalk.Start.Kind.BEHIND);
    }

    /// The common prefix into which a key is folded, or null.
    @Nullable String folded(String key) {
      if (delimiter == null || !key.startsWith(prefix)) {
        return null;
      }
      var at = key.indexOf(delimiter, prefix.length());
      return at < 0 ? null : key.substring(0, at + delimiter.length());
    }
  }

  /// Reads one page.
  ///
  /// @param wanted which entries are not passed over
  static Listing read(KeyWalk walk, Query query, Predicate<Entry> wanted) {
    var entries = new ArrayList<Entry>();
    var prefixes = new ArrayList<String>();
    Entry last = null;
    var more = query.keysMax > 0 && walk.next();
    while (more) {
      var key = walk.key();
      var folded = query.folded(key);
      if (folded != null && !query.after.isEmpty() && query.after.startsWith(folded)) {
        walk.skip(folded);
      } else {
        var entry =
            folded == null
                ? new Entry(key, walk.object(), walk.latest())
                : new Entry(folded, null, false);
        if (wanted.test(entry)) {
          if (entries.size() + prefixes.size() == query.keysMax) {
            return new Listing(entries, prefixes, true, last);
          }
          last = entry;
          if (folded == null) {
            entries.add(entry);
          } else {
            prefixes.add(folded);
          }
        }
        if (folded != null) {
          walk.skip(folded);
        }
      }
      more = walk.next();
    }
    return new Listing(entries, prefixes, false, null);
  }

  /// How many entries a page may have.
  static int keysMax(@Nullable Integer requested, String name) {
    if (requested == null) {
      return KEYS_MAX;
    }
    if (requested < 0) {
      throw S3Errors.invalidArgument(
          "Argument " + name + " must be an integer between 0 and 2147483647",
          name,
          requested.toString());
    }
    return Math.min(requested, KEYS_MAX);
  }

  /// A text as the caller wants it: as it is, or encoded for a URL.
  static @Nullable String encoded(@Nullable String text, @Nullable String encodingType) {
    if (encodingType == null || text == null) {
      return text;
    }
    if (!encodingType.equals("url")) {
      throw S3Errors.invalidArgument(
          "Invalid Encoding Method specified in Request", "encoding-type", encodingType);
    }
    return urlEncoded(text);
  }

  /// A key as S3 encodes it in listings and events: slashes stay, spaces become plus signs.
  static String urlEncoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%2F", "/");
  }
}
