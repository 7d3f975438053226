package dev.terrarium.services.glue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A schema of Avro, as far as it matters for whether one reads what another wrote.
///
/// See *Schema Resolution* in Avro's specification.
final class AvroSchema {
  private static final Set<String> PRIMITIVES =
      Set.of("null", "boolean", "int", "long", "float", "double", "bytes", "string");
  private static final Map<String, Set<String>> PROMOTED =
      Map.of(
          "long", Set.of("int"),
          "float", Set.of("int", "long"),
          "double", Set.of("int", "long", "float"),
          "string", Set.of("bytes"),
          "bytes", Set.of("string"));
  private static final int DEPTH_MAX = 100;

  private final String type;
  private final String name;
  private final Set<String> aliases = new HashSet<>();
  private final List<AvroSchema> parts = new ArrayList<>();
  private final List<Field> fields = new ArrayList<>();
  private final List<String> symbols = new ArrayList<>();
  private boolean symbolDefault;
  private int size;

  /// A field of a record.
  private record Field(String name, Set<String> aliases, AvroSchema schema, boolean hasDefault) {}

  private AvroSchema(String type, String name) {
    this.type = type;
    this.name = name;
  }

  /// Reads a schema.
  ///
  /// @throws IllegalArgumentException if it is none; the message says why
  static AvroSchema parse(String definition) {
    return parse(Json.parse(definition), new HashMap<>(), "", 0);
  }

  private static AvroSchema parse(
      JsonNode node, Map<String, AvroSchema> named, String space, int depth) {
    if (depth > DEPTH_MAX) {
      throw new IllegalArgumentException("The schema is nested too deeply");
    }
    if (node.isTextual()) {
      return reference(node.asText(), named, space);
    }
    if (node.isArray()) {
      var union = new AvroSchema("union", "");
      node.forEach(branch -> union.parts.add(parse(branch, named, space, depth + 1)));
      return union;
    }
    var type = node.path("type");
    if (!type.isTextual()) {
      if (type.isMissingNode()) {
        throw new IllegalArgumentException("No type: " + node);
      }
      return parse(type, named, space, depth + 1);
    }
    return switch (type.asText()) {
      case "array" -> holder("array", required(node, "items"), named, space, depth);
      case "map" -> holder("map", required(node, "values"), named, space, depth);
      case "record", "error", "enum", "fixed" -> named(node, named, space, depth);
      default -> reference(type.asText(), named, space);
    };
  }

  private static JsonNode required(JsonNode node, String member) {
    if (!node.has(member)) {
      throw new IllegalArgumentException("No " + member + ": " + node);
    }
    return node.get(member);
  }

  private static AvroSchema reference(String type, Map<String, AvroSchema> named, String space) {
    if (PRIMITIVES.contains(type)) {
      return new AvroSchema(type, "");
    }
    var found = named.get(full(type, space));
    if (found == null) {
      throw new IllegalArgumentException("Undefined name: \"" + type + "\"");
    }
    return found;
  }

  private static String full(String name, String space) {
    return name.contains(".") || space.isEmpty() ? name : space + "." + name;
  }

  private static AvroSchema holder(
      String type, JsonNode part, Map<String, AvroSchema> named, String space, int depth) {
    var schema = new AvroSchema(type, "");
    schema.parts.add(parse(part, named, space, depth + 1));
    return schema;
  }

  private static AvroSchema named(
      JsonNode node, Map<String, AvroSchema> named, String outer, int depth) {
    var given = required(node, "name").asText();
    var name = full(given, node.path("namespace").asText(outer));
    var dot = name.lastIndexOf('.');
    var space = dot < 0 ? "" : name.substring(0, dot);
    var type = node.get("type").asText();
    var schema = new AvroSchema(type.equals("error") ? "record" : type, name.substring(dot + 1));
    if (named.putIfAbsent(name, schema) != null) {
      throw new IllegalArgumentException("Can't redefine: " + name);
    }
    node.path("aliases").forEach(alias -> schema.aliases.add(last(alias.asText())));
    switch (schema.type) {
      case "enum" -> {
        required(node, "symbols").forEach(symbol -> schema.symbols.add(symbol.asText()));
        schema.symbolDefault = node.has("default");
      }
      case "fixed" -> schema.size = required(node, "size").asInt();
      default -> {
        for (var field : required(node, "fields")) {
          var aliases = new HashSet<String>();
          field.path("aliases").forEach(alias -> aliases.add(alias.asText()));
          schema.fields.add(
              new Field(
                  required(field, "name").asText(),
                  aliases,
                  parse(required(field, "type"), named, space, depth + 1),
                  field.has("default")));
        }
      }
    }
    return schema;
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /// Whether this reads what `writer` wrote.
  boolean reads(AvroSchema writer) {
    return reads(writer, new HashSet<>());
  }

  /// @param asked the pairs of records that are being compared, which refer to themselves
  private boolean reads(AvroSchema writer, Set<List<AvroSchema>> asked) {
    if (writer.type.equals("union")) {
      return writer.parts.stream().allMatch(branch -> reads(branch, asked));
    }
    if (type.equals("union")) {
      return parts.stream().anyMatch(branch -> branch.reads(writer, asked));
    }
    if (!type.equals(writer.type)) {
      return PROMOTED.getOrDefault(type, Set.of()).contains(writer.type);
    }
    return switch (type) {
      case "array", "map" -> parts.getFirst().reads(writer.parts.getFirst(), asked);
      case "fixed" -> isNamed(writer) && size == writer.size;
      case "enum" -> isNamed(writer) && (symbolDefault || symbols.containsAll(writer.symbols));
      case "record" ->
          isNamed(writer) && (!asked.add(List.of(this, writer)) || readsFields(writer, asked));
      default -> true;
    };
  }

  private boolean isNamed(AvroSchema writer) {
    return name.equals(writer.name) || aliases.contains(writer.name);
  }

  private boolean readsFields(AvroSchema writer, Set<List<AvroSchema>> asked) {
    for (var field : fields) {
      var written =
          writer.fields.stream()
              .filter(one -> one.name.equals(field.name) || field.aliases.contains(one.name))
              .findFirst();
      if (written.isEmpty()
          ? !field.hasDefault
          : !field.schema.reads(written.get().schema, asked)) {
        return false;
      }
    }
    return true;
  }
}
