package dev.terrarium.services.iam;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.Tag;

/// The constraints of IAM's parameters, in AWS's words.
final class Check {
  private static final Pattern TAG_TEXT = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");
  private static final Pattern NAME = Pattern.compile("[\\w+=,.@-]+");
  private static final Pattern PATH =
      Pattern.compile("(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)");
  private static final int TAGS_MAX = 50;

  private Check() {}

  /// A name that must be there.
  static String name(@Nullable String value, String member, int max) {
    var name = required(value, member);
    length(name, member, 1, max);
    if (!NAME.matcher(name).matches()) {
      throw IamErrors.validation(
          "The specified value for %s is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
              .formatted(member));
    }
    return name;
  }

  static String required(@Nullable String value, String member) {
    if (value == null) {
      throw IamErrors.validation(
          "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
              .formatted(member));
    }
    return value;
  }

  static void length(String value, String member, int min, int max) {
    if (value.length() < min) {
      throw IamErrors.validation(
          "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length greater than or equal to %d"
              .formatted(member, min));
    }
    if (value.length() > max) {
      throw IamErrors.validation(
          "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d"
              .formatted(member, max));
    }
  }

  static void range(@Nullable Integer value, String member, int min, int max) {
    if (value != null && value < min) {
      throw IamErrors.validation(
          "1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member must have value greater than or equal to %d"
              .formatted(value, member, min));
    }
    if (value != null && value > max) {
      throw IamErrors.validation(
          "1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member must have value less than or equal to %d"
              .formatted(value, member, max));
    }
  }

  /// A path, `/` if there is none.
  static String path(@Nullable String value) {
    if (value == null) {
      return "/";
    }
    length(value, "path", 1, 512);
    if (!PATH.matcher(value).matches()) {
      throw IamErrors.validation(
          "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.");
    }
    return value;
  }

  /// A role's description, if it has one.
  static void description(@Nullable String text) {
    if (text != null) {
      length(text, "description", 0, 1000);
    }
  }

  private static void tagText(String text, String member, int min, int max) {
    length(text, member, min, max);
    if (!TAG_TEXT.matcher(text).matches()) {
      throw IamErrors.validation(
          "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]%s"
              .formatted(member, min > 0 ? "+" : "*"));
    }
  }

  static List<Tag> tags(List<Tag> tags) {
    var seen = new HashSet<String>();
    for (int i = 0; i < tags.size(); i++) {
      var tag = tags.get(i);
      var member = "tags." + (i + 1) + ".member.";
      tagText(required(tag.key(), member + "key"), member + "key", 1, 128);
      tagText(required(tag.value(), member + "value"), member + "value", 0, 256);
      if (tag.key().regionMatches(true, 0, "aws:", 0, 4)) {
        throw IamErrors.invalidInput(
            "aws: prefixed tag key names are not allowed for external use.");
      }
      if (!seen.add(tag.key().toLowerCase(Locale.ROOT))) {
        throw IamErrors.invalidInput(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
      }
    }
    if (tags.size() > TAGS_MAX) {
      throw IamErrors.limitExceeded(
          "The number of tags has reached the maximum limit of " + TAGS_MAX + ".");
    }
    return tags;
  }
}
