package dev.terrarium.services.lambda;

import java.util.HashMap;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/// Copies members between the SDK's many types with the same members: a configuration and the
/// responses that show it.
final class Shapes {
  private Shapes() {}

  /// Sets every member of `to` that `from` has too, with the same type, and builds it.
  @SuppressWarnings("unchecked")
  static <T, B extends SdkBuilder<B, T>> T copy(SdkPojo from, B to) {
    var members = new HashMap<String, SdkField<Object>>();
    for (var field : ((SdkPojo) to).sdkFields()) {
      members.put(field.memberName(), (SdkField<Object>) field);
    }
    for (var field : from.sdkFields()) {
      var member = members.get(field.memberName());
      var value = field.getValueOrDefault(from);
      if (member != null && value != null && isSame(field, member)) {
        member.set(to, value);
      }
    }
    return to.build();
  }

  /// Some members have the same name but, as input and as output, different types.
  private static boolean isSame(SdkField<?> from, SdkField<?> to) {
    return from.marshallingType() == to.marshallingType()
        && (from.marshallingType() != MarshallingType.SDK_POJO
            || from.constructor().get().getClass() == to.constructor().get().getClass());
  }
}
