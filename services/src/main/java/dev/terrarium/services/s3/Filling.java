package dev.terrarium.services.s3;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Errors;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/// Makes the SDK's types out of a template's properties, whose names are mostly the same.
final class Filling {
  private Filling() {}

  /// Fills a builder and builds it.
  ///
  /// @param names of the SDK for properties that a template names otherwise
  /// @throws software.amazon.awssdk.awscore.exception.AwsServiceException if a property is unknown
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <T> T build(SdkPojo builder, JsonNode properties, Map<String, String> names) {
    return (T) fill(builder, properties, names);
  }

  private static Object fill(SdkPojo builder, JsonNode properties, Map<String, String> names) {
    var fields = new HashMap<String, SdkField<?>>();
    for (var field : builder.sdkFields()) {
      fields.put(field.memberName(), field);
    }
    for (var property : properties.properties()) {
      var field = fields.get(names.getOrDefault(property.getKey(), property.getKey()));
      if (field == null) {
        throw Errors.of(
            400, "ValidationError", "Encountered unsupported property " + property.getKey());
      }
      field.set(builder, value(field, property.getValue(), names));
    }
    return ((Buildable) builder).build();
  }

  private static Object value(SdkField<?> field, JsonNode node, Map<String, String> names) {
    var type = field.marshallingType();
    if (type == MarshallingType.SDK_POJO) {
      return fill(field.constructor().get(), node, names);
    } else if (type == MarshallingType.LIST) {
      return list(field, node, names);
    } else if (type == MarshallingType.INTEGER) {
      return Integer.valueOf(node.asText());
    } else if (type == MarshallingType.LONG) {
      return Long.valueOf(node.asText());
    } else if (type == MarshallingType.BOOLEAN) {
      return Boolean.valueOf(node.asText());
    } else if (type == MarshallingType.INSTANT) {
      return instant(node.asText());
    }
    return node.asText();
  }

  private static List<Object> list(SdkField<?> field, JsonNode node, Map<String, String> names) {
    var element = field.getTrait(ListTrait.class).memberFieldInfo();
    var values = new ArrayList<Object>();
    if (node.isArray()) {
      node.forEach(one -> values.add(value(element, one, names)));
    } else {
      values.add(value(element, node, names));
    }
    return values;
  }

  private static Instant instant(String text) {
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text.endsWith("Z") ? text : text + "Z");
    } catch (DateTimeParseException e) {
      throw Errors.of(400, "ValidationError", "Not a date: " + text);
    }
  }
}
