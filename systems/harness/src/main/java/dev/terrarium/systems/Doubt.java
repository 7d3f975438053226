package dev.terrarium.systems;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Makes truths untrue, one value at a time: a verification that does not notice is none.
final class Doubt {
  /// A value and how to change it.
  private record Leaf(String where, JsonNode value, java.util.function.Consumer<JsonNode> change) {}

  private final SplittableRandom random;

  Doubt(long seed) {
    random = new SplittableRandom(seed);
  }

  /// Changes one value; returns where and how.
  String change(JsonNode truth) {
    var leaves = new ArrayList<Leaf>();
    collect("", truth, leaves);
    var leaf = leaves.get(random.nextInt(leaves.size()));
    var other = other(leaf.value());
    leaf.change().accept(other);
    return "%s, %s instead of %s,".formatted(leaf.where(), other, leaf.value());
  }

  private static void collect(String where, JsonNode node, List<Leaf> leaves) {
    switch (node) {
      case ObjectNode object ->
          object
              .properties()
              .forEach(child ->
                  add(
                      where + "/" + child.getKey(),
                      child.getValue(),
                      value -> object.set(child.getKey(), value),
                      leaves));
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          var at = i;
          add(where + "/" + i, array.get(i), value -> array.set(at, value), leaves);
        }
      }
      default -> throw new IllegalArgumentException("A truth is an object");
    }
  }

  private static void add(
      String where,
      JsonNode value,
      java.util.function.Consumer<JsonNode> change,
      List<Leaf> leaves) {
    if (value.isContainerNode()) {
      collect(where, value, leaves);
    } else {
      leaves.add(new Leaf(where, value, change));
    }
  }

  private static JsonNode other(JsonNode value) {
    var json = JsonNodeFactory.instance;
    return switch (value.getNodeType()) {
      case NUMBER ->
          value.isIntegralNumber()
              ? json.numberNode(value.asLong() + Math.abs(value.asLong()) + 1)
              : json.numberNode(value.asDouble() + Math.abs(value.asDouble()) + 1);
      case BOOLEAN -> json.booleanNode(!value.asBoolean());
      default -> json.textNode(value.asText() + "~");
    };
  }
}
