package dev.terrarium.services.dynamodb.value;

import dev.terrarium.services.dynamodb.value.Value.BinarySet;
import dev.terrarium.services.dynamodb.value.Value.BinaryValue;
import dev.terrarium.services.dynamodb.value.Value.BooleanValue;
import dev.terrarium.services.dynamodb.value.Value.ListValue;
import dev.terrarium.services.dynamodb.value.Value.MapValue;
import dev.terrarium.services.dynamodb.value.Value.NullValue;
import dev.terrarium.services.dynamodb.value.Value.NumberSet;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import dev.terrarium.services.dynamodb.value.Value.StringSet;
import dev.terrarium.services.dynamodb.value.Value.StringValue;
import java.math.BigDecimal;
import java.util.Map;

/// What items weigh in bytes, as DynamoDB counts for its limits and units: names and strings in
/// UTF-8, a number one byte per two digits and one more, a list or map three bytes and one per
/// element.
public final class Sizes {
  private Sizes() {}

  /// The weight of an item.
  public static int of(Map<String, Value> item) {
    int size = 0;
    for (var attribute : item.entrySet()) {
      size += utf8(attribute.getKey()) + of(attribute.getValue());
    }
    return size;
  }

  /// The weight of a value without its name.
  public static int of(Value value) {
    return switch (value) {
      case StringValue string -> utf8(string.text());
      case NumberValue number -> number(number.number());
      case BinaryValue binary -> binary.bytes().length;
      case BooleanValue _ -> 1;
      case NullValue _ -> 1;
      case StringSet set -> set.elements().stream().mapToInt(Sizes::utf8).sum();
      case NumberSet set -> set.elements().stream().mapToInt(Sizes::number).sum();
      case BinarySet set -> set.elements().stream().mapToInt(b -> b.bytes().length).sum();
      case ListValue list -> {
        int size = 3;
        for (var element : list.elements()) {
          size += 1 + of(element);
        }
        yield size;
      }
      case MapValue map -> 3 + map.members().size() + of(map.members());
    };
  }

  private static int number(BigDecimal number) {
    return (number.precision() + 1) / 2 + (number.signum() < 0 ? 2 : 1);
  }

  /// The length of a text in UTF-8.
  public static int utf8(String text) {
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c < 0x80) {
        size++;
      } else if (c < 0x800) {
        size += 2;
      } else if (Character.isHighSurrogate(c)) {
        size += 4;
        i++;
      } else {
        size += 3;
      }
    }
    return size;
  }
}
