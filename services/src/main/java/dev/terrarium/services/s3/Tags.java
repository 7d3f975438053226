package dev.terrarium.services.s3;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.Tag;

/// Tags of objects and buckets, and the rules for them.
final class Tags {
  private static final int OBJECT_TAGS_MAX = 10;
  private static final int BUCKET_TAGS_MAX = 50;
  private static final Pattern TEXT = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

  private Tags() {}

  /// The tags in an `x-amz-tagging` header, which is written as the query of a URL.
  static Map<String, String> ofHeader(@Nullable String header) {
    if (header == null || header.isEmpty()) {
      return Map.of();
    }
    var tags = new ArrayList<Tag>();
    for (var pair : header.split("&")) {
      var equals = pair.indexOf('=');
      var key = equals < 0 ? pair : pair.substring(0, equals);
      var value = equals < 0 ? "" : pair.substring(equals + 1);
      try {
        tags.add(Tag.builder().key(decode(key)).value(decode(value)).build());
      } catch (IllegalArgumentException e) {
        throw S3Errors.invalidArgument(
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query"
                + " parameters without tag name duplicates.",
            "x-amz-tagging",
            header);
      }
    }
    return ofObject(tags);
  }

  static Map<String, String> ofObject(List<Tag> tags) {
    if (tags.size() > OBJECT_TAGS_MAX) {
      throw S3Errors.of(400, "BadRequest", "Object tags cannot be greater than 10");
    }
    for (var tag : tags) {
      if (tag.key() != null && tag.key().startsWith("aws:")) {
        throw S3Errors.draft(400, "InvalidTag", "Your TagKey cannot be prefixed with aws:")
            .with("TagKey", tag.key())
            .build();
      }
    }
    return checked(tags);
  }

  static Map<String, String> ofBucket(List<Tag> tags) {
    if (tags.size() > BUCKET_TAGS_MAX) {
      throw S3Errors.of(400, "BadRequest", "Bucket tag count cannot be greater than 50");
    }
    for (var tag : tags) {
      if (tag.key() != null && tag.key().startsWith("aws:")) {
        throw S3Errors.draft(400, "InvalidTag", "System tags cannot be added/updated by requester")
            .with("TagKey", tag.key())
            .build();
      }
    }
    return checked(tags);
  }

  static List<Tag> toList(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  private static Map<String, String> checked(List<Tag> tags) {
    var checked = new LinkedHashMap<String, String>();
    for (var tag : tags) {
      var key = tag.key();
      var value = tag.value();
      if (key == null || value == null) {
        throw S3Errors.malformedXml();
      }
      if (key.isEmpty() || key.length() > 128 || !TEXT.matcher(key).matches()) {
        throw S3Errors.draft(400, "InvalidTag", "The TagKey you have provided is invalid")
            .with("TagKey", key)
            .build();
      }
      if (value.length() > 256 || !TEXT.matcher(value).matches()) {
        throw S3Errors.draft(400, "InvalidTag", "The TagValue you have provided is invalid")
            .with("TagKey", key)
            .with("TagValue", value)
            .build();
      }
      if (checked.put(key, value) != null) {
        throw S3Errors.draft(400, "InvalidTag", "Cannot provide multiple Tags with the same key")
            .with("TagKey", key)
            .build();
      }
    }
    return checked;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
