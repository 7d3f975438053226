package dev.terrarium.conformance.vectors;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.smithy.model.node.Node;
import software.amazon.smithy.model.node.NumberNode;
import software.amazon.smithy.model.node.ObjectNode;
import software.amazon.smithy.model.shapes.ListShape;
import software.amazon.smithy.model.shapes.MapShape;
import software.amazon.smithy.model.shapes.Shape;
import software.amazon.smithy.model.traits.StreamingTrait;

/// The parameters of a vector as the values that the SDK's types hold.
final class Values {
  private Values() {}

  /// Sets the members that `params` has; a body that streams is left out.
  static void fill(
      SmithyService service, Shape structure, ObjectNode params, Map<String, Object> values) {
    params
        .getStringMap()
        .forEach((name, node) -> {
          var member =
              structure
                  .getMember(name)
                  .orElseThrow(() -> new IllegalStateException("No member " + name));
          var target = service.target(member);
          if (!target.hasTrait(StreamingTrait.class)) {
            values.put(name, value(service, target, node));
          }
        });
  }

  private static Object value(SmithyService service, Shape target, Node node) {
    if (node.isNullNode()) {
      return null;
    }
    return switch (target.getType()) {
      case STRING, ENUM -> node.expectStringNode().getValue();
      case BLOB -> SdkBytes.fromString(node.expectStringNode().getValue(), StandardCharsets.UTF_8);
      case BOOLEAN -> node.expectBooleanNode().getValue();
      case BYTE -> number(node).byteValue();
      case SHORT -> number(node).shortValue();
      case INTEGER, INT_ENUM -> number(node).intValue();
      case LONG -> number(node).longValue();
      case FLOAT -> (float) decimal(node);
      case DOUBLE -> decimal(node);
      case BIG_INTEGER, BIG_DECIMAL -> new BigDecimal(number(node).toString());
      case TIMESTAMP -> instant(number(node));
      case DOCUMENT -> document(node);
      case LIST, SET -> {
        var element = service.target(((ListShape) target).getMember());
        var list = new ArrayList<Object>();
        node.expectArrayNode().forEach(item -> list.add(value(service, element, item)));
        yield list;
      }
      case MAP -> {
        var element = service.target(((MapShape) target).getValue());
        var map = new LinkedHashMap<String, Object>();
        node.expectObjectNode()
            .getStringMap()
            .forEach((key, item) -> map.put(key, value(service, element, item)));
        yield map;
      }
      case STRUCTURE, UNION -> {
        var pojo = service.generated().structure(target.getId());
        fill(service, target, node.expectObjectNode(), pojo.values());
        yield pojo;
      }
      default -> throw new IllegalStateException("No value of " + target);
    };
  }

  private static Number number(Node node) {
    return node.expectNumberNode().getValue();
  }

  private static double decimal(Node node) {
    return node.isStringNode()
        ? Double.parseDouble(node.expectStringNode().getValue())
        : number(node).doubleValue();
  }

  private static Instant instant(Number seconds) {
    return Instant.ofEpochMilli(
        new BigDecimal(seconds.toString()).movePointRight(3).longValueExact());
  }

  private static Document document(Node node) {
    return switch (node.getType()) {
      case NULL -> Document.fromNull();
      case BOOLEAN -> Document.fromBoolean(node.expectBooleanNode().getValue());
      case STRING -> Document.fromString(node.expectStringNode().getValue());
      case NUMBER -> Document.fromNumber(((NumberNode) node).getValue().toString());
      case ARRAY ->
          Document.fromList(
              node.expectArrayNode().getElements().stream().map(Values::document).toList());
      case OBJECT -> {
        var map = new LinkedHashMap<String, Document>();
        node.expectObjectNode().getStringMap().forEach((key, item) -> map.put(key, document(item)));
        yield Document.fromMap(map);
      }
    };
  }

  /// Values as maps, lists and scalars that `equals` can compare and people can read.
  static Object comparable(Object value) {
    return switch (value) {
      case null -> null;
      case VectorPojo pojo -> {
        var map = new TreeMap<String, Object>();
        pojo.values()
            .forEach((name, member) -> {
              if (member != null) {
                map.put(name, comparable(member));
              }
            });
        yield map;
      }
      case Map<?, ?> map -> {
        var sorted = new TreeMap<String, Object>();
        map.forEach((key, item) -> sorted.put(key.toString(), comparable(item)));
        yield sorted;
      }
      case List<?> list -> {
        var items = new ArrayList<Object>();
        list.forEach(item -> items.add(comparable(item)));
        yield items;
      }
      case SdkBytes bytes -> "bytes " + java.util.HexFormat.of().formatHex(bytes.asByteArray());
      case BigDecimal number -> "decimal " + number.stripTrailingZeros().toPlainString();
      case Document document -> documentOf(document);
      default -> value;
    };
  }

  private static Object documentOf(Document document) {
    if (document.isNumber()) {
      return comparable(new BigDecimal(document.asNumber().stringValue()));
    } else if (document.isList()) {
      return comparable(document.asList());
    } else if (document.isMap()) {
      return comparable(document.asMap());
    } else if (document.isNull()) {
      return "null document";
    }
    return document.unwrap();
  }
}
