package dev.terrarium.kernel.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

/// Fills the SDK's model types from JSON trees whose members are named as the service's own: the
/// properties of a CloudFormation resource, most of all.
///
/// Names are compared without regard to case, since some services begin theirs with a small letter
/// where CloudFormation does not. Numbers and booleans may come as text. Members that the type does
/// not have are passed over: whoever reads a template has refused them before.
public final class JsonShapes {
  private JsonShapes() {}

  /// The members of `pojo` that are set, named as CloudFormation names them: with a capital first.
  public static ObjectNode tree(SdkPojo pojo) {
    var tree = Json.object();
    for (var field : pojo.sdkFields()) {
      var value = field.getValueOrDefault(pojo);
      if (value != null
          && !(value instanceof SdkAutoConstructList)
          && !(value instanceof SdkAutoConstructMap)) {
        var name = field.memberName();
        tree.set(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1), node(value));
      }
    }
    return tree;
  }

  /// Some members of `pojo`, null those that are not set.
  public static ObjectNode tree(SdkPojo pojo, List<String> names) {
    var all = tree(pojo);
    var some = Json.object();
    names.forEach(name -> some.set(name, all.get(name)));
    return some;
  }

  private static JsonNode node(Object value) {
    return switch (value) {
      case SdkPojo inner -> tree(inner);
      case List<?> list -> {
        var array = Json.array();
        list.forEach(element -> array.add(node(element)));
        yield array;
      }
      case Map<?, ?> map -> {
        var object = Json.object();
        map.forEach((key, element) -> object.set(String.valueOf(key), node(element)));
        yield object;
      }
      case SdkBytes bytes -> Json.tree(bytes.asUtf8String());
      case Instant instant -> Json.tree(instant.toString());
      default -> Json.tree(value);
    };
  }

  /// Sets the members of `builder` that `tree` has, and returns it.
  ///
  /// @param <B> the builder's type
  public static <B extends SdkPojo> B fill(JsonNode tree, B builder) {
    var byName = new LinkedHashMap<String, JsonNode>();
    tree.properties().forEach(p -> byName.put(p.getKey().toLowerCase(Locale.ROOT), p.getValue()));
    for (var field : builder.sdkFields()) {
      var value = byName.get(field.memberName().toLowerCase(Locale.ROOT));
      if (value != null && !value.isNull()) {
        set(field, builder, value);
      }
    }
    return builder;
  }

  @SuppressWarnings("unchecked")
  private static void set(SdkField<?> field, SdkPojo builder, JsonNode value) {
    ((SdkField<Object>) field).set(builder, value(field, value));
  }

  private static @Nullable Object value(SdkField<?> field, JsonNode value) {
    return switch (field.marshallingType().getTargetClass().getSimpleName()) {
      case "String" -> value.isValueNode() ? value.asText() : value.toString();
      case "Integer" -> value.asInt();
      case "Long" -> value.asLong();
      case "Short" -> (short) value.asInt();
      case "Double" -> value.asDouble();
      case "Float" -> (float) value.asDouble();
      case "Boolean" -> value.asBoolean();
      case "BigDecimal" -> value.decimalValue();
      case "Instant" ->
          value.isNumber()
              ? Instant.ofEpochMilli((long) (value.asDouble() * 1000))
              : Instant.parse(value.asText());
      case "SdkBytes" -> SdkBytes.fromUtf8String(value.asText());
      case "List" -> list(field, value);
      case "Map" -> map(field, value);
      case "SdkPojo" -> {
        var builder = fill(value, field.constructor().get());
        yield ((Buildable) builder).build();
      }
      default ->
          throw new IllegalArgumentException("Cannot read a member of " + field.marshallingType());
    };
  }

  private static Object list(SdkField<?> field, JsonNode value) {
    var member = field.getTrait(ListTrait.class).memberFieldInfo();
    var list = new ArrayList<@Nullable Object>();
    if (value.isArray()) {
      value.forEach(element -> list.add(value(member, element)));
    } else {
      list.add(value(member, value));
    }
    return list;
  }

  private static Object map(SdkField<?> field, JsonNode value) {
    var member = field.getTrait(MapTrait.class).valueFieldInfo();
    var map = new LinkedHashMap<String, @Nullable Object>();
    value.properties().forEach(p -> map.put(p.getKey(), value(member, p.getValue())));
    return map;
  }
}
