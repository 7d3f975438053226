package dev.terrarium.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A template as the tree it was written as, so that its short functions (`!Sub`) stay as they are
/// when something in it changes.
final class TemplateTree {
  private final Node root;

  private TemplateTree(Node root) {
    this.root = root;
  }

  /// A resource of the template.
  ///
  /// @param properties empty if it has none
  record Resource(String id, String type, MappingNode properties) {
    /// A property that is written as a plain text, without a function; null if it is not so.
    @Nullable String text(String property) {
      return plain(value(properties, property));
    }
  }

  /// @throws IllegalArgumentException if there is nothing in the file
  static TemplateTree read(Path file) throws IOException {
    return parse(Files.readString(file), file.toString());
  }

  /// @param name what to call it in an error
  static TemplateTree parse(String text, String name) {
    return new TemplateTree(
        new Compose(LoadSettings.builder().build())
            .composeString(text)
            .orElseThrow(() -> new IllegalArgumentException(name + " is empty")));
  }

  List<Resource> resources() {
    var found = new ArrayList<Resource>();
    section("Resources")
        .forEach((id, resource) -> {
          if (value(resource, "Type") instanceof ScalarNode type) {
            var properties =
                value(resource, "Properties") instanceof MappingNode map
                    ? map
                    : new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK);
            found.add(new Resource(id, type.getValue(), properties));
          }
        });
    return found;
  }

  /// What a section names, in its order.
  Map<String, MappingNode> section(String name) {
    var found = new LinkedHashMap<String, MappingNode>();
    if (root instanceof MappingNode map && value(map, name) instanceof MappingNode section) {
      for (var entry : section.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode key
            && entry.getValueNode() instanceof MappingNode node) {
          found.put(key.getValue(), node);
        }
      }
    }
    return found;
  }

  /// Tells each text in the template with where it stands: `Resources.Queue.Properties.QueueName`.
  /// A short function with several arguments is a step of it: `Resources.!Transform.Parameters`.
  void texts(BiConsumer<String, String> told) {
    texts("", root, told);
  }

  private static void texts(String where, Node node, BiConsumer<String, String> told) {
    switch (node) {
      case MappingNode map -> {
        var tag = map.getTag().getValue();
        var here = tag.startsWith("!") ? below(where, tag) : where;
        map.getValue()
            .forEach(entry -> {
              var key = entry.getKeyNode() instanceof ScalarNode name ? name.getValue() : "?";
              texts(below(here, key), entry.getValueNode(), told);
            });
      }
      case SequenceNode list -> list.getValue().forEach(item -> texts(where, item, told));
      case ScalarNode scalar -> told.accept(where, scalar.getValue());
      default -> {}
    }
  }

  private static String below(String where, String key) {
    return where.isEmpty() ? key : where + "." + key;
  }

  /// The template as it is now, as YAML.
  String text() {
    var settings = DumpSettings.builder().setWidth(1000).build();
    var text = new StringBuilder();
    new Present(settings)
        .emitToString(new Serialize(settings).serializeOne(root).iterator())
        .lines()
        .forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  static @Nullable Node value(MappingNode map, String key) {
    for (var tuple : map.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
        return tuple.getValueNode();
      }
    }
    return null;
  }

  /// Replaces the value of a key that is there.
  static void replace(MappingNode map, String key, Node value) {
    map.getValue()
        .replaceAll(tuple ->
            tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)
                ? new NodeTuple(tuple.getKeyNode(), value)
                : tuple);
  }

  /// A node's text if it is one that no function makes.
  static @Nullable String plain(@Nullable Node node) {
    return node instanceof ScalarNode scalar && !scalar.getTag().getValue().startsWith("!")
        ? scalar.getValue()
        : null;
  }

  static Node scalar(String text) {
    return new ScalarNode(Tag.STR, text, ScalarStyle.PLAIN);
  }

  /// A mapping of two texts.
  static Node mapping(String key1, String value1, String key2, String value2) {
    var tuples = new ArrayList<NodeTuple>();
    tuples.add(new NodeTuple(scalar(key1), scalar(value1)));
    tuples.add(new NodeTuple(scalar(key2), scalar(value2)));
    return new MappingNode(Tag.MAP, tuples, FlowStyle.BLOCK);
  }
}
