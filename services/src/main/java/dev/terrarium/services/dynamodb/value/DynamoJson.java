package dev.terrarium.services.dynamodb.value;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Items in DynamoDB's JSON: `{"name":{"S":"text"}}`; for exports, imports and Kinesis.
public final class DynamoJson {
  private DynamoJson() {}

  /// The JSON of an item.
  public static ObjectNode of(Map<String, Value> item) {
    var node = Json.object();
    item.forEach((name, value) -> node.set(name, of(value)));
    return node;
  }

  private static ObjectNode of(Value value) {
    var node = Json.object();
    switch (value) {
      case StringValue string -> node.put("S", string.text());
      case NumberValue number -> node.put("N", number.text());
      case BinaryValue binary -> node.put("B", base64(binary));
      case BooleanValue bool -> node.put("BOOL", bool.value());
      case NullValue _ -> node.put("NULL", true);
      case StringSet set -> node.set("SS", Json.tree(set.elements()));
      case NumberSet set ->
          node.set(
              "NS", Json.tree(set.elements().stream().map(BigDecimal::toPlainString).toList()));
      case BinarySet set ->
          node.set("BS", Json.tree(set.elements().stream().map(DynamoJson::base64).toList()));
      case ListValue list -> {
        var elements = node.putArray("L");
        list.elements().forEach(element -> elements.add(of(element)));
      }
      case MapValue map -> node.set("M", of(map.members()));
    }
    return node;
  }

  private static String base64(BinaryValue binary) {
    return Base64.getEncoder().encodeToString(binary.bytes());
  }

  /// The item of some JSON.
  ///
  /// @throws InvalidValueException if it is none
  public static Map<String, Value> item(JsonNode node) {
    var item = new LinkedHashMap<String, Value>();
    node.properties().forEach(p -> item.put(p.getKey(), value(p.getValue())));
    return item;
  }

  private static Value value(JsonNode node) {
    if (!node.isObject() || node.size() != 1) {
      throw new InvalidValueException("An attribute value must have exactly one type");
    }
    var only = node.properties().iterator().next();
    var value = only.getValue();
    return switch (only.getKey()) {
      case "S" -> new StringValue(value.asText());
      case "N" -> Numbers.parse(value.asText());
      case "B" -> binary(value.asText());
      case "BOOL" -> new BooleanValue(value.asBoolean());
      case "NULL" -> NullValue.NULL;
      case "SS" -> new StringSet(new LinkedHashSet<>(texts(value)));
      case "NS" -> {
        var numbers = new LinkedHashSet<BigDecimal>();
        texts(value).forEach(text -> numbers.add(Numbers.decimal(text)));
        yield new NumberSet(numbers);
      }
      case "BS" -> {
        var binaries = new LinkedHashSet<BinaryValue>();
        texts(value).forEach(text -> binaries.add(binary(text)));
        yield new BinarySet(binaries);
      }
      case "L" -> {
        var elements = new ArrayList<Value>();
        value.forEach(element -> elements.add(value(element)));
        yield new ListValue(elements);
      }
      case "M" -> new MapValue(item(value));
      default -> throw new InvalidValueException("No type is called " + only.getKey());
    };
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static BinaryValue binary(String base64) {
    try {
      return new BinaryValue(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException("Not base64: " + base64);
    }
  }
}
