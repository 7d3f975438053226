package dev.terrarium.services.glue;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What schemas of each format may be, and whether one follows another.
///
/// Only Avro's schemas are compared; those of JSON and Protobuf can have no other rules than `NONE`
/// and `DISABLED`.
final class SchemaFormats {
  private SchemaFormats() {}

  /// Refuses rules that cannot be kept.
  static void checkSupported(String format, String compatibility) {
    if (!format.equals("AVRO")
        && !compatibility.equals("NONE")
        && !compatibility.equals("DISABLED")) {
      throw Errors.notImplemented(
          "glue", "schemas of " + format + " with compatibility " + compatibility);
    }
  }

  /// Refuses what is no schema.
  static void check(String format, String definition) {
    var error = error(format, definition);
    if (error != null) {
      throw GlueErrors.invalid(
          "Schema definition of " + format + " data format is invalid: " + error);
    }
  }

  /// Why something is no schema, or null if it is one.
  static @Nullable String error(String format, String definition) {
    try {
      switch (format) {
        case "AVRO" -> {
          var _ = AvroSchema.parse(definition);
        }
        case "JSON" -> {
          var schema = Json.parse(definition);
          if (!schema.isObject() && !schema.isBoolean()) {
            return "a JSON schema is an object";
          }
        }
        default -> {
          if (!definition.contains("message") && !definition.contains("enum")) {
            return "there is neither a message nor an enum";
          }
        }
      }
      return null;
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// Whether two texts are the same schema.
  static boolean same(String format, String one, String other) {
    return format.equals("PROTOBUF")
        ? one.strip().equals(other.strip())
        : Json.parse(one).equals(Json.parse(other));
  }

  /// Whether a schema may follow those before it.
  static boolean follows(String compatibility, String definition, List<String> before) {
    if (compatibility.equals("NONE") || before.isEmpty()) {
      return true;
    }
    var next = AvroSchema.parse(definition);
    var compared = compatibility.endsWith("_ALL") ? before : List.of(before.getLast());
    for (var text : compared) {
      var earlier = AvroSchema.parse(text);
      var backward = compatibility.startsWith("FORWARD") || next.reads(earlier);
      var forward = compatibility.startsWith("BACKWARD") || earlier.reads(next);
      if (!backward || !forward) {
        return false;
      }
    }
    return true;
  }
}
