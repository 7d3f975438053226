package dev.terrarium.services.iam;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import software.amazon.awssdk.services.iam.model.Tag;

/// Lists of tags: their keys differ in more than case.
final class Tags {
  private Tags() {}

  /// The tags after setting some.
  static List<Tag> with(List<Tag> present, List<Tag> added) {
    Check.tags(added);
    var merged = new TreeMap<String, Tag>();
    present.forEach(tag -> merged.put(tag.key().toLowerCase(Locale.ROOT), tag));
    added.forEach(tag -> merged.put(tag.key().toLowerCase(Locale.ROOT), tag));
    return Check.tags(new ArrayList<>(merged.values()));
  }

  /// The tags after removing some.
  static List<Tag> without(List<Tag> present, Collection<String> keys) {
    return present.stream()
        .filter(tag -> keys.stream().noneMatch(key -> key.equalsIgnoreCase(tag.key())))
        .toList();
  }
}
