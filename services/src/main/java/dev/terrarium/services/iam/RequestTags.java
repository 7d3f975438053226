package dev.terrarium.services.iam;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// The tags that a request sets or takes away, for the condition keys `aws:RequestTag/<name>` and
/// `aws:TagKeys`. Services give them as a map or as a list of keys and values.
final class RequestTags {
  private RequestTags() {}

  static List<Context.Entry> of(SdkPojo request) {
    var entries = new ArrayList<Context.Entry>();
    var names = new ArrayList<String>();
    for (var field : request.sdkFields()) {
      var member = field.memberName();
      if (member.equalsIgnoreCase("Tags")) {
        if (field.getValueOrDefault(request) instanceof Map<?, ?> tags) {
          tags.forEach((name, value) -> add(name, value, names, entries));
        } else if (field.getValueOrDefault(request) instanceof List<?> tags) {
          for (var tag : tags) {
            if (tag instanceof SdkPojo pojo) {
              add(part(pojo, "Key"), part(pojo, "Value"), names, entries);
            }
          }
        }
      } else if (member.equalsIgnoreCase("TagKeys")
          && field.getValueOrDefault(request) instanceof List<?> keys) {
        keys.forEach(name -> names.add(String.valueOf(name)));
      }
    }
    if (!names.isEmpty()) {
      entries.add(new Context.Entry("aws:tagkeys", List.copyOf(names)));
    }
    return entries;
  }

  private static void add(
      @Nullable Object name,
      @Nullable Object value,
      List<String> names,
      List<Context.Entry> entries) {
    if (name != null) {
      names.add(name.toString());
      entries.add(
          new Context.Entry(
              "aws:requesttag/" + name.toString().toLowerCase(Locale.ROOT),
              value == null ? "" : value.toString()));
    }
  }

  /// AWS writes `Key`, `key` or `TagKey`.
  private static @Nullable Object part(SdkPojo tag, String name) {
    for (var field : tag.sdkFields()) {
      if (field.memberName().toLowerCase(Locale.ROOT).endsWith(name.toLowerCase(Locale.ROOT))) {
        return field.getValueOrDefault(tag);
      }
    }
    return null;
  }
}
