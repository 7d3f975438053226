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
import java.util.Base64;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Between the SDK's values and our own. What comes in is checked, in DynamoDB's words.
public final class AttributeValues {
  private static final String INVALID = "One or more parameter values were invalid: ";
  private static final int DEPTH_MAX = 32;

  private AttributeValues() {}

  /// An item or key as it comes in.
  ///
  /// @throws InvalidValueException if DynamoDB refuses a value
  public static Map<String, Value> item(Map<String, AttributeValue> attributes) {
    return members(attributes, 1);
  }

  private static Map<String, Value> members(Map<String, AttributeValue> attributes, int depth) {
    var item = LinkedHashMap.<String, Value>newLinkedHashMap(attributes.size());
    for (var attribute : attributes.entrySet()) {
      item.put(attribute.getKey(), value(attribute.getValue(), depth));
    }
    return item;
  }

  /// A value as it comes in.
  ///
  /// @throws InvalidValueException if DynamoDB refuses it
  public static Value value(@Nullable AttributeValue attribute) {
    return value(attribute, 1);
  }

  private static Value value(@Nullable AttributeValue given, int depth) {
    if (given == null) {
      throw new InvalidValueException(
          "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    }
    // A string or number alone is what nearly everything is.
    if (given.s() != null && isOnlyOne(given)) {
      return new StringValue(given.s());
    } else if (given.n() != null && isOnlyOne(given)) {
      return Numbers.parse(given.n());
    }
    var values = new ArrayList<Value>(1);
    addScalars(given, values);
    addDocuments(given, values, depth);
    if (values.isEmpty()) {
      throw new InvalidValueException(
          "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    } else if (values.size() > 1) {
      throw new InvalidValueException(
          "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the"
              + " supported datatypes");
    }
    return values.getFirst();
  }

  private static boolean isOnlyOne(AttributeValue given) {
    return (given.s() == null || given.n() == null)
        && given.b() == null
        && given.bool() == null
        && given.nul() == null
        && !given.hasM()
        && !given.hasL()
        && !given.hasSs()
        && !given.hasNs()
        && !given.hasBs();
  }

  private static void addScalars(AttributeValue given, List<Value> values) {
    if (given.nul() != null) {
      if (!given.nul()) {
        throw new InvalidValueException(
            INVALID + "Null attribute value types must have the value of true");
      }
      values.add(NullValue.NULL);
    }
    if (given.s() != null) {
      values.add(new StringValue(given.s()));
    }
    if (given.n() != null) {
      values.add(Numbers.parse(given.n()));
    }
    if (given.b() != null) {
      values.add(new BinaryValue(given.b().asByteArrayUnsafe()));
    }
    if (given.bool() != null) {
      values.add(new BooleanValue(given.bool()));
    }
  }

  private static void addDocuments(AttributeValue given, List<Value> values, int depth) {
    if (given.hasSs()) {
      values.add(strings(given.ss()));
    }
    if (given.hasNs()) {
      values.add(numbers(given.ns()));
    }
    if (given.hasBs()) {
      values.add(binaries(given.bs()));
    }
    if ((given.hasL() || given.hasM()) && depth > DEPTH_MAX) {
      throw new InvalidValueException("Nesting Levels have exceeded supported limits");
    }
    if (given.hasL()) {
      var elements = new ArrayList<Value>(given.l().size());
      given.l().forEach(element -> elements.add(value(element, depth + 1)));
      values.add(new ListValue(elements));
    }
    if (given.hasM()) {
      values.add(new MapValue(members(given.m(), depth + 1)));
    }
  }

  private static Value strings(List<String> given) {
    if (given.isEmpty()) {
      throw new InvalidValueException(INVALID + "An string set  may not be empty");
    }
    var elements = new LinkedHashSet<>(given);
    if (elements.size() != given.size()) {
      throw new InvalidValueException(
          INVALID + "Input collection " + given + " contains duplicates.");
    }
    return new StringSet(elements);
  }

  private static Value numbers(List<String> given) {
    if (given.isEmpty()) {
      throw new InvalidValueException(INVALID + "An number set  may not be empty");
    }
    var elements = new LinkedHashSet<BigDecimal>();
    given.forEach(text -> elements.add(Numbers.decimal(text)));
    if (elements.size() != given.size()) {
      throw new InvalidValueException("Input collection contains duplicates");
    }
    return new NumberSet(elements);
  }

  private static Value binaries(List<SdkBytes> given) {
    if (given.isEmpty()) {
      throw new InvalidValueException(INVALID + "Binary sets should not be empty");
    }
    var elements = new LinkedHashSet<BinaryValue>();
    given.forEach(bytes -> elements.add(new BinaryValue(bytes.asByteArrayUnsafe())));
    if (elements.size() != given.size()) {
      var shown =
          given.stream()
              .map(bytes -> Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe()))
              .toList();
      throw new InvalidValueException(
          INVALID + "Input collection " + shown + "of type BS contains duplicates.");
    }
    return new BinarySet(elements);
  }

  /// An item as it goes out.
  public static Map<String, AttributeValue> toSdk(Map<String, Value> item) {
    var attributes = LinkedHashMap.<String, AttributeValue>newLinkedHashMap(item.size());
    for (var attribute : item.entrySet()) {
      attributes.put(attribute.getKey(), toSdk(attribute.getValue()));
    }
    return attributes;
  }

  /// A value as it goes out.
  public static AttributeValue toSdk(Value value) {
    return switch (value) {
      case StringValue string -> AttributeValue.fromS(string.text());
      case NumberValue number -> AttributeValue.fromN(number.text());
      case BinaryValue binary -> AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(binary.bytes()));
      case BooleanValue bool -> AttributeValue.fromBool(bool.value());
      case NullValue _ -> AttributeValue.fromNul(true);
      case StringSet set -> AttributeValue.fromSs(List.copyOf(set.elements()));
      case NumberSet set ->
          AttributeValue.fromNs(set.elements().stream().map(BigDecimal::toPlainString).toList());
      case BinarySet set ->
          AttributeValue.fromBs(
              set.elements().stream().map(b -> SdkBytes.fromByteArrayUnsafe(b.bytes())).toList());
      case ListValue list ->
          AttributeValue.fromL(list.elements().stream().map(AttributeValues::toSdk).toList());
      case MapValue map -> AttributeValue.fromM(toSdk(map.members()));
    };
  }

  /// A value as DynamoDB shows it in its messages: `{S:a}`.
  public static String show(Value value) {
    return switch (value) {
      case StringValue string -> "{S:" + string.text() + "}";
      case NumberValue number -> "{N:" + number.text() + "}";
      case BooleanValue bool -> "{BOOL:" + bool.value() + "}";
      case NullValue _ -> "{NULL:true}";
      case BinaryValue binary ->
          "{B:" + java.util.Base64.getEncoder().encodeToString(binary.bytes()) + "}";
      default -> "{" + value.type() + ":" + toSdk(value) + "}";
    };
  }
}
