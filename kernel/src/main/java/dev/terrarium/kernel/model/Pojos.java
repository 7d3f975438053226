package dev.terrarium.kernel.model;

import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

/// Copies between the SDK's model types: what is asked for, what changes it and what is shown are
/// often three types with the same members.
public final class Pojos {
  private Pojos() {}

  /// Sets those members of `to` that `from` has under the same names, and returns it.
  ///
  /// @param <B> the type of the builder
  public static <B extends SdkPojo> B copy(@Nullable SdkPojo from, B to) {
    if (from == null) {
      return to;
    }
    var given = new HashMap<String, Object>();
    for (var field : from.sdkFields()) {
      var value = field.getValueOrDefault(from);
      if (value != null
          && !(value instanceof SdkAutoConstructList)
          && !(value instanceof SdkAutoConstructMap)) {
        given.put(field.memberName(), value);
      }
    }
    for (var field : to.sdkFields()) {
      var value = given.get(field.memberName());
      if (value != null) {
        field.set(to, fit(field, value));
      }
    }
    return to;
  }

  private static Object fit(SdkField<?> field, Object value) {
    if (value instanceof List<?> list) {
      return list(field, list);
    }
    if (!(value instanceof SdkPojo pojo)) {
      return value;
    }
    var constructor = field.constructor();
    if (constructor == null) {
      return value;
    }
    var builder = constructor.get();
    return ((Buildable) copy(pojo, builder)).build();
  }

  private static Object list(SdkField<?> field, List<?> list) {
    if (list.isEmpty() || !(list.getFirst() instanceof SdkPojo)) {
      return list;
    }
    var member = field.getTrait(ListTrait.class).memberFieldInfo();
    return list.stream().map(element -> fit(member, element)).toList();
  }
}
