package dev.terrarium.conformance;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

/// Fills the SDK's model types with values of every kind, by their own metadata.
final class Samples {
  private final BiFunction<SdkField<?>, Object, Object> choice;

  /// @param choice given a member and the value made for it, the value to set instead; null leaves
  ///   the member out
  Samples(BiFunction<SdkField<?>, Object, Object> choice) {
    this.choice = choice;
  }

  /// Fills every member and builds.
  SdkPojo fill(SdkPojo builder) {
    return fill(builder, new ArrayList<>());
  }

  /// @param outer the types around, none of which is entered again
  private SdkPojo fill(SdkPojo builder, List<Class<?>> outer) {
    var types = new ArrayList<>(outer);
    types.add(builder.getClass());
    for (var field : builder.sdkFields()) {
      var value = choice.apply(field, value(field, field, types));
      if (value != null) {
        set(field, builder, value);
      }
    }
    return (SdkPojo) ((Buildable) builder).build();
  }

  @SuppressWarnings("unchecked")
  private static void set(SdkField<?> field, SdkPojo builder, Object value) {
    ((SdkField<Object>) field).set(builder, value);
  }

  private Object value(SdkField<?> field, SdkField<?> owner, List<Class<?>> types) {
    return switch (field.marshallingType().getTargetClass().getSimpleName()) {
      case "String" -> text(field, owner);
      case "Integer" -> field.location() == MarshallLocation.STATUS_CODE ? 200 : 7;
      case "Long" -> 12_345_678_901L;
      case "Short" -> (short) 3;
      case "Byte" -> (byte) 2;
      case "Double" -> 0.1;
      case "Float" -> 2.5f;
      case "Boolean" -> true;
      case "BigDecimal" -> new BigDecimal("1234567890.123456789");
      case "Instant" -> Instant.parse("2026-03-04T05:06:07Z");
      case "SdkBytes" -> SdkBytes.fromByteArray(new byte[] {0, 1, (byte) 0xFF, 'a', 10});
      case "Document" -> Document.mapBuilder().putString("a", "b").putNumber("n", 1).build();
      case "SdkPojo" -> {
        var nested = field.constructor().get();
        yield types.contains(nested.getClass()) ? null : fill(nested, types);
      }
      case "List" -> list(field, owner, types);
      case "Map" -> map(field, owner, types);
      default -> throw new IllegalStateException("No sample for " + field.marshallingType());
    };
  }

  /// Of a list or map it is the owner's place that says what a text may hold.
  private Object text(SdkField<?> field, SdkField<?> owner) {
    var name = field.memberName() == null ? "item" : field.memberName();
    var plain =
        owner.location() == MarshallLocation.HEADER || owner.location() == MarshallLocation.PATH;
    return plain ? name + "-sample" : name + " <&>\"' é€\uD83D\uDE00 a+b%20=c";
  }

  private List<?> list(SdkField<?> field, SdkField<?> owner, List<Class<?>> types) {
    var member = field.getTrait(ListTrait.class).memberFieldInfo();
    var one = value(member, owner, types);
    if (one == null) {
      return null;
    }
    var list = new ArrayList<Object>(List.of(one));
    if (one instanceof String text) {
      list.add(text + "2");
    }
    return list;
  }

  private Map<String, ?> map(SdkField<?> field, SdkField<?> owner, List<Class<?>> types) {
    var trait = field.getTrait(MapTrait.class);
    var one = value(trait.valueFieldInfo(), owner, types);
    if (one == null) {
      return null;
    }
    var map = new LinkedHashMap<String, Object>();
    map.put("first", one);
    map.put("second", one);
    return map;
  }

  /// The members of `expected` whose values `actual` does not have, as readable lines.
  static List<String> missing(SdkPojo expected, SdkPojo actual) {
    var missing = new ArrayList<String>();
    for (var field : expected.sdkFields()) {
      var wanted = field.getValueOrDefault(expected);
      var found = field.getValueOrDefault(actual);
      if (wanted != null
          && !(wanted instanceof SdkAutoConstructList)
          && !(wanted instanceof SdkAutoConstructMap)
          && !wanted.equals(found)) {
        missing.add(field.memberName() + ": sent " + wanted + " arrived " + found);
      }
    }
    return missing;
  }
}
