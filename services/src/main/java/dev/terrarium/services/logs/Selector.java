package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A property selector of a JSON filter pattern: `$.a.b[0].c`, `$.['a.b']`, `$.a[*]`.
record Selector(List<String> steps) {
  private static final Pattern STEP =
      Pattern.compile("\\.?\\[(?:'([^']*)'|\"([^\"]*)\"|([0-9]+|\\*))\\]|\\.([^.\\[\\]\\s]+)");
  private static final String ANY = "\u0000*";

  /// Reads a selector.
  ///
  /// @throws IllegalArgumentException if it is none
  static Selector of(String text) {
    var steps = new ArrayList<String>();
    var matcher = STEP.matcher(text);
    int at = 1;
    while (at < text.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw new IllegalArgumentException(text);
      }
      if (matcher.group(3) != null) {
        steps.add(matcher.group(3).equals("*") ? ANY : "\u0000" + matcher.group(3));
      } else {
        for (var group : new int[] {1, 2, 4}) {
          if (matcher.group(group) != null) {
            steps.add(matcher.group(group));
          }
        }
      }
      at = matcher.end();
    }
    return new Selector(steps);
  }

  /// The values that it selects; more than one only with `[*]`.
  List<JsonNode> in(JsonNode tree) {
    var nodes = List.of(tree);
    for (var step : steps) {
      var next = new ArrayList<JsonNode>();
      for (var node : nodes) {
        if (step.equals(ANY)) {
          if (node.isArray()) {
            node.forEach(next::add);
          }
        } else if (step.startsWith("\u0000")) {
          var index = Integer.parseInt(step.substring(1));
          if (node.isArray() && index < node.size()) {
            next.add(node.get(index));
          }
        } else if (node.isObject() && node.has(step)) {
          next.add(node.get(step));
        }
      }
      nodes = next;
    }
    return nodes;
  }
}
