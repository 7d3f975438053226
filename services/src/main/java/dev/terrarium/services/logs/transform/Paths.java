package dev.terrarium.services.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;

/// Places in an event: `a.b.c`, and `list[0]` for an element of a list.
final class Paths {
  private static final String MESSAGE = "@message";

  private Paths() {}

  /// What is at a place, or null. `@message` is the message itself.
  static @Nullable JsonNode get(ObjectNode event, String path, String message) {
    if (path.equals(MESSAGE)) {
      return TextNode.valueOf(message);
    }
    JsonNode at = event;
    for (var part : parts(path)) {
      at = part.matches("[0-9]+") && at.isArray() ? at.path(Integer.parseInt(part)) : at.path(part);
    }
    return at.isMissingNode() ? null : at;
  }

  /// The text at a place, or null if there is none.
  static @Nullable String text(ObjectNode event, @Nullable String path, String message) {
    var found = get(event, path == null ? MESSAGE : path, message);
    return found == null || found.isContainerNode() ? null : found.asText();
  }

  static void set(ObjectNode event, String path, JsonNode value, boolean overwrite) {
    var parts = parts(path);
    ObjectNode at = event;
    for (int i = 0; i < parts.length - 1; i++) {
      var next = at.get(parts[i]);
      at = next instanceof ObjectNode object ? object : at.putObject(parts[i]);
    }
    var last = parts[parts.length - 1];
    if (overwrite || !at.has(last)) {
      at.set(last, value);
    }
  }

  /// Takes away and returns what is at a place; null if nothing is.
  static @Nullable JsonNode remove(ObjectNode event, String path) {
    var parts = parts(path);
    JsonNode at = event;
    for (int i = 0; i < parts.length - 1; i++) {
      at = at.path(parts[i]);
    }
    return at instanceof ObjectNode object ? object.remove(parts[parts.length - 1]) : null;
  }

  /// Puts all members of an object at a place, or at the root if none is named.
  static void merge(
      ObjectNode event, @Nullable String destination, ObjectNode members, boolean overwrite) {
    members
        .properties()
        .forEach(entry ->
            set(
                event,
                destination == null || destination.isEmpty()
                    ? quote(entry.getKey())
                    : destination + "." + quote(entry.getKey()),
                entry.getValue(),
                overwrite));
  }

  /// Keys that contain dots stay one key.
  private static String quote(String key) {
    return key.replace('.', '\u0001');
  }

  private static String[] parts(String path) {
    var parts = path.replaceAll("\\[([0-9]+)]", ".$1").split("\\.");
    for (int i = 0; i < parts.length; i++) {
      parts[i] = parts[i].replace('\u0001', '.');
    }
    return parts;
  }
}
