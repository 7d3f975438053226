package dev.terrarium.services.dynamodb;

import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.DocumentPath;
import dev.terrarium.services.dynamodb.expression.Projection;
import dev.terrarium.services.dynamodb.value.Sizes;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.BinaryValue;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import dev.terrarium.services.dynamodb.value.Value.StringValue;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Checks keys, in DynamoDB's words.
final class Keys {
  static final int HASH_BYTES_MAX = 2048;
  static final int RANGE_BYTES_MAX = 1024;

  private Keys() {}

  /// A key that names an item: exactly the schema's attributes, in their types.
  static ItemKey check(KeySchema schema, Map<String, Value> key) {
    var fits = key.size() == schema.size();
    for (var attribute : schema.attributes()) {
      var value = key.get(attribute.name());
      fits = fits && value != null && value.type().equals(attribute.type());
    }
    if (!fits) {
      throw DynamoErrors.validation("The provided key element does not match the schema");
    }
    checkContent(schema, key);
    return ItemKey.of(schema, key);
  }

  /// The key within a whole item.
  static ItemKey checkItem(KeySchema schema, Map<String, Value> item) {
    for (var attribute : schema.attributes()) {
      var value = item.get(attribute.name());
      if (value == null) {
        throw DynamoErrors.invalid("Missing the key " + attribute.name() + " in the item");
      } else if (!value.type().equals(attribute.type())) {
        throw DynamoErrors.invalid(
            "Type mismatch for key "
                + attribute.name()
                + " expected: "
                + attribute.type()
                + " actual: "
                + value.type());
      }
    }
    checkContent(schema, item);
    return ItemKey.of(schema, item);
  }

  private static void checkContent(KeySchema schema, Map<String, Value> item) {
    for (var attribute : schema.attributes()) {
      var value = item.get(attribute.name());
      var empty = value == null ? null : emptyKind(value);
      if (empty != null) {
        throw DynamoErrors.validation(
            "One or more parameter values are not valid. The AttributeValue for a key attribute"
                + " cannot contain an empty "
                + empty
                + " value. Key: "
                + attribute.name());
      }
    }
    var hash = item.get(schema.hash().name());
    if (hash != null && size(hash) > HASH_BYTES_MAX) {
      throw DynamoErrors.invalid(
          "Size of hashkey has exceeded the maximum size limit of2048 bytes");
    }
    var range = schema.range() == null ? null : item.get(schema.range().name());
    if (range != null && size(range) > RANGE_BYTES_MAX) {
      throw DynamoErrors.invalid(
          "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
    }
  }

  /// Refuses expressions that look into key attributes, which have no parts.
  static void checkScalars(
      Layout layout, @Nullable Condition condition, @Nullable Projection projection) {
    if (condition != null) {
      condition.paths(path -> checkScalar(layout, path));
    }
    if (projection != null) {
      checkScalars(layout, projection::isPartOf);
    }
  }

  /// As [#checkScalars], of one path.
  static void checkScalar(Layout layout, DocumentPath path) {
    if (!path.isAttribute()) {
      checkScalars(layout, name -> name.equals(path.attribute()));
    }
  }

  private static void checkScalars(Layout layout, Predicate<String> isPart) {
    for (var attribute : layout.schema().attributes()) {
      if (isPart.test(attribute.name())) {
        throw noScalar("Key", attribute.name());
      }
    }
    for (var index : layout.indexes()) {
      for (var attribute : index.schema().attributes()) {
        if (isPart.test(attribute.name())) {
          throw noScalar("IndexKey", attribute.name());
        }
      }
    }
  }

  private static RuntimeException noScalar(String what, String name) {
    return DynamoErrors.validation(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
            + what
            + ": "
            + name);
  }

  /// `string` or `binary` if the value is an empty one.
  static @Nullable String emptyKind(Value value) {
    return switch (value) {
      case StringValue string when string.text().isEmpty() -> "string";
      case BinaryValue binary when binary.bytes().length == 0 -> "binary";
      default -> null;
    };
  }

  static int size(Value value) {
    return value instanceof NumberValue ? 0 : Sizes.of(value);
  }
}
