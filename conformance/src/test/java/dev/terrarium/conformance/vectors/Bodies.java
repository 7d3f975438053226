package dev.terrarium.conformance.vectors;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import dev.terrarium.kernel.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.Text;

/// Bodies in a form in which equal means that they say the same.
final class Bodies {
  private Bodies() {}

  /// @param type the body's media type
  static String canonical(String type, byte[] body) throws Exception {
    if (type.endsWith("json")) {
      return json(Json.parse(new String(body, java.nio.charset.StandardCharsets.UTF_8)));
    } else if (type.endsWith("xml")) {
      var factory = DocumentBuilderFactory.newDefaultInstance();
      var document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(body));
      var root = document.getDocumentElement();
      // Which namespace a service has is not in the SDK's metadata, but in a table of the wire.
      root.removeAttribute("xmlns");
      return xml(root);
    } else if (type.endsWith("cbor")) {
      return cbor(body);
    }
    return new String(body, java.nio.charset.StandardCharsets.UTF_8);
  }

  /// Members in the order of their names, numbers by their values; an error's type without the
  /// namespace of its model, which no client may look at.
  private static String json(JsonNode node) {
    if (node.isObject()) {
      var sorted = new TreeMap<String, String>();
      node.properties()
          .forEach(p -> {
            var isType = p.getKey().equals("__type");
            var text = isType ? p.getValue().asText().replaceFirst("^.*#", "") : json(p.getValue());
            sorted.put(message(p.getKey()), text);
          });
      return sorted.toString();
    } else if (node.isArray()) {
      var items = new ArrayList<String>();
      node.forEach(item -> items.add(json(item)));
      return items.toString();
    } else if (node.isNumber()) {
      return node.decimalValue().stripTrailingZeros().toPlainString();
    }
    return node.toString();
  }

  /// The SDK's metadata has lost how an error's message was spelt; every client reads both.
  private static String message(String name) {
    return name.equals("Message") ? "message" : name;
  }

  /// Elements beside each other may stand in any order; ids of requests are the server's own.
  private static String xml(Element element) {
    var name = element.getTagName();
    var attributes = new TreeMap<String, String>();
    for (int i = 0; i < element.getAttributes().getLength(); i++) {
      var attribute = element.getAttributes().item(i);
      attributes.put(attribute.getNodeName(), attribute.getNodeValue());
    }
    var children = new ArrayList<String>();
    var text = new StringBuilder();
    boolean structured = false;
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child) {
        structured = true;
        var isOwn = child.getTagName().matches("ResponseMetadata|[Rr]equestI[dD]|HostId");
        if (!isOwn) {
          children.add(xml(child));
        }
      } else if (node instanceof Text found) {
        text.append(found.getData());
      }
    }
    var inner =
        children.isEmpty()
            ? structured ? "" : text.toString()
            : children.stream().sorted().collect(Collectors.joining("\n", "\n", "\n"));
    return "<" + name + (attributes.isEmpty() ? "" : " " + attributes) + ">" + inner + "</>";
  }

  private static String cbor(byte[] body) throws IOException {
    try (var parser = new CBORFactory().createParser(body)) {
      parser.nextToken();
      var value = cbor(parser);
      return parser.nextToken() == null ? value : value + " and more";
    }
  }

  private static String cbor(CBORParser parser) throws IOException {
    var tag = parser.getCurrentTag() < 0 ? "" : "tag " + parser.getCurrentTag() + " ";
    return tag
        + switch (parser.currentToken()) {
          case START_OBJECT -> {
            var sorted = new TreeMap<String, String>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
              var name = message(parser.currentName());
              parser.nextToken();
              var text = cbor(parser);
              sorted.put(name, name.equals("__type") ? text.replaceFirst("^.*#", "") : text);
            }
            yield sorted.toString();
          }
          case START_ARRAY -> {
            List<String> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
              items.add(cbor(parser));
            }
            yield items.toString();
          }
          case VALUE_NUMBER_INT -> parser.getBigIntegerValue().toString();
          case VALUE_NUMBER_FLOAT -> {
            var value = parser.getDoubleValue();
            yield value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Float.toString((float) value);
          }
          case VALUE_EMBEDDED_OBJECT ->
              "bytes " + Base64.getEncoder().encodeToString(parser.getBinaryValue());
          case VALUE_STRING -> parser.getText();
          default -> parser.currentToken().asString();
        };
  }
}
