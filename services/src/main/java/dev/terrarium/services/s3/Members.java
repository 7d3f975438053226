package dev.terrarium.services.s3;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/// Members of the SDK's types by AWS's names, for what many of S3's requests and responses have in
/// common without sharing an interface: `ContentType`, `ChecksumCRC32`, `SSECustomerKeyMD5`.
final class Members {
  private static final Map<Class<?>, Map<String, SdkField<?>>> KNOWN = new ConcurrentHashMap<>();

  private Members() {}

  /// The value of a string member, or null if it is not set or the type has no such member.
  static @Nullable String text(SdkPojo pojo, String member) {
    return (String) value(pojo, member);
  }

  /// As [#text(SdkPojo, String)], of the member whose name begins with a prefix, which may be
  /// empty.
  static @Nullable String text(SdkPojo pojo, String prefix, String member) {
    return text(pojo, prefix.isEmpty() ? member : prefix + member);
  }

  /// The value of a member, or null if it is not set or the type has no such member.
  static @Nullable Object value(SdkPojo pojo, String member) {
    var field = fields(pojo).get(member);
    return field == null ? null : field.getValueOrDefault(pojo);
  }

  /// Sets a member of a builder.
  ///
  /// @throws IllegalArgumentException if the type has no such member
  static void set(SdkPojo builder, String member, @Nullable Object value) {
    var field = fields(builder).get(member);
    if (field == null) {
      throw new IllegalArgumentException("No " + member + " in " + builder.getClass());
    }
    field.set(builder, value);
  }

  /// Sets a member of a builder, if its type has it.
  static void setIfKnown(SdkPojo builder, String member, @Nullable Object value) {
    var field = fields(builder).get(member);
    if (field != null) {
      field.set(builder, value);
    }
  }

  private static Map<String, SdkField<?>> fields(SdkPojo pojo) {
    var known = KNOWN.get(pojo.getClass());
    if (known == null) {
      var fields = new HashMap<String, SdkField<?>>();
      for (var field : pojo.sdkFields()) {
        fields.put(field.memberName(), field);
      }
      // Not Map.copyOf: a look-up there costs a division, and an upload makes some forty.
      known = fields;
      KNOWN.put(pojo.getClass(), known);
    }
    return known;
  }
}
