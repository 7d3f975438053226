package dev.terrarium.systems.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Items between DynamoDB's JSON and the SDK's type.
public final class Images {
  private Images() {}

  /// The item that is written so; empty for nothing.
  public static Map<String, AttributeValue> item(JsonNode json) {
    var item = new TreeMap<String, AttributeValue>();
    json.properties().forEach(a -> item.put(a.getKey(), value(a.getValue())));
    return item;
  }

  private static AttributeValue value(JsonNode typed) {
    var type = typed.fieldNames().next();
    var value = typed.path(type);
    return switch (type) {
      case "S" -> AttributeValue.fromS(value.asText());
      case "N" -> AttributeValue.fromN(value.asText());
      case "B" -> AttributeValue.fromB(bytes(value));
      case "BOOL" -> AttributeValue.fromBool(value.asBoolean());
      case "NULL" -> AttributeValue.fromNul(true);
      case "SS" -> AttributeValue.fromSs(all(value, JsonNode::asText));
      case "NS" -> AttributeValue.fromNs(all(value, JsonNode::asText));
      case "BS" -> AttributeValue.fromBs(all(value, Images::bytes));
      case "L" -> AttributeValue.fromL(all(value, Images::value));
      case "M" -> AttributeValue.fromM(item(value));
      default -> throw new IllegalArgumentException("No type of DynamoDB's: " + type);
    };
  }

  private static <T> List<T> all(JsonNode array, Function<JsonNode, T> read) {
    return StreamSupport.stream(array.spliterator(), false).map(read).toList();
  }

  private static SdkBytes bytes(JsonNode base64) {
    try {
      return SdkBytes.fromByteArray(base64.binaryValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The one way to write an item: names and sets in their order, so that equal items are equal
  /// texts.
  public static ObjectNode json(Map<String, AttributeValue> item) {
    var json = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(item).forEach((name, value) -> json.set(name, json(value)));
    return json;
  }

  private static ObjectNode json(AttributeValue value) {
    var json = JsonNodeFactory.instance.objectNode();
    switch (value.type()) {
      case S -> json.put("S", value.s());
      case N -> json.put("N", value.n());
      case B -> json.put("B", base64(value.b()));
      case BOOL -> json.put("BOOL", value.bool());
      case NUL -> json.put("NULL", true);
      case SS -> sorted(value.ss()).forEach(json.putArray("SS")::add);
      case NS -> sorted(value.ns()).forEach(json.putArray("NS")::add);
      case BS ->
          sorted(value.bs().stream().map(Images::base64).toList())
              .forEach(json.putArray("BS")::add);
      case L -> value.l().stream().map(Images::json).forEach(json.putArray("L")::add);
      case M -> json.set("M", json(value.m()));
      case UNKNOWN_TO_SDK_VERSION -> throw new IllegalArgumentException("Unknown: " + value);
    }
    return json;
  }

  private static List<String> sorted(List<String> values) {
    var sorted = new ArrayList<>(values);
    sorted.sort(null);
    return sorted;
  }

  private static String base64(SdkBytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
  }

  /// A text's SHA-256, in hexadecimal digits.
  public static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
