package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The part of JSON path that EventBridge knows: dots, names in brackets, indexes and wildcards.
final class JsonPath {
  private static final Pattern STEP =
      Pattern.compile(
          "\\.([^.\\[\\]'\"\\s]+)|\\.?\\[(-?\\d+)\\]|\\.?\\[(\\*)\\]|\\.?\\['([^']*)'\\]|\\.?\\[\"([^\"]*)\"\\]|(\\.)$");

  private JsonPath() {}

  /// Whether a text is a path.
  static boolean isValid(String path) {
    if (!path.startsWith("$")) {
      return false;
    }
    var matcher = STEP.matcher(path);
    int at = 1;
    while (at < path.length() && matcher.find(at) && matcher.start() == at) {
      at = matcher.end();
    }
    return at == path.length();
  }

  /// What a path leads to; missing if there is nothing.
  static JsonNode find(JsonNode root, String path) {
    if (!isValid(path)) {
      return MissingNode.getInstance();
    }
    var found = List.of(root);
    var many = false;
    var matcher = STEP.matcher(path);
    int at = 1;
    while (at < path.length() && matcher.find(at)) {
      at = matcher.end();
      var name = name(matcher.group(1), matcher.group(4), matcher.group(5));
      if ("*".equals(matcher.group(3)) || "*".equals(name)) {
        many = true;
        name = "*";
      }
      found = step(found, name, matcher.group(2));
    }
    if (many) {
      var all = Json.array();
      found.forEach(all::add);
      return all.isEmpty() ? MissingNode.getInstance() : all;
    }
    return found.isEmpty() ? MissingNode.getInstance() : found.getFirst();
  }

  private static String name(String... given) {
    for (var name : given) {
      if (name != null) {
        return name;
      }
    }
    return "";
  }

  private static List<JsonNode> step(List<JsonNode> from, String name, String index) {
    var found = new ArrayList<JsonNode>();
    for (var node : from) {
      if (index != null) {
        int at = Integer.parseInt(index);
        add(found, node.path(at < 0 ? node.size() + at : at));
      } else if (name.equals("*")) {
        node.forEach(found::add);
      } else if (name.isEmpty()) {
        found.add(node);
      } else {
        add(found, node.path(name));
      }
    }
    return found;
  }

  private static void add(List<JsonNode> found, JsonNode node) {
    if (!node.isMissingNode()) {
      found.add(node);
    }
  }
}
