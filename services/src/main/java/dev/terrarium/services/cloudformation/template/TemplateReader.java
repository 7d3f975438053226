package dev.terrarium.services.cloudformation.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// Reads JSON and YAML templates into one kind of tree; `!Sub` becomes `Fn::Sub`.
///
/// Limits against hostile input: depth 100, 50 aliases, 200,000 nodes after aliases are resolved.
public final class TemplateReader {
  private static final int DEPTH_MAX = 100;
  private static final int NODES_MAX = 200_000;
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,17}");
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,17})\\.[0-9]{1,18}");
  // Of scalars only this class says what they are: `${Name}` is no variable of the environment.
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new FailsafeSchema())
          .setMaxAliasesForCollections(50)
          .setAllowDuplicateKeys(false)
          .setCodePointLimit(4 * 1024 * 1024)
          .build();

  private int nodes;

  private TemplateReader() {}

  /// The tree of a template.
  ///
  /// @throws TemplateException `Template format error: …`
  public static ObjectNode read(String text) {
    var tree = text.stripLeading().startsWith("{") ? json(text) : yaml(text);
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw new TemplateException("Template format error: unsupported structure.");
  }

  private static JsonNode json(String text) {
    try {
      return Json.parse(text);
    } catch (IllegalArgumentException e) {
      // A flow mapping of YAML begins like JSON does.
      if (text.contains("!") || !text.contains("\"")) {
        return yaml(text);
      }
      var where = "";
      if (e.getCause() instanceof JsonProcessingException broken && broken.getLocation() != null) {
        var location = broken.getLocation();
        where = " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
      }
      throw new TemplateException("Template format error: JSON not well-formed." + where, e);
    }
  }

  private static JsonNode yaml(String text) {
    try {
      checkDepth(text);
      var root = new Compose(SETTINGS).composeString(text);
      if (root.isEmpty()) {
        throw new TemplateException("Template format error: unsupported structure.");
      }
      return new TemplateReader().convert(root.get(), 0);
    } catch (MarkedYamlEngineException e) {
      throw broken(e.getProblemMark(), e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new TemplateException(
          "Template format error: YAML not well-formed. " + e.getMessage(), e);
    }
  }

  /// Composing goes down the tree by recursion, so the depth is looked at before.
  private static void checkDepth(String text) {
    int depth = 0;
    for (var event : new Parse(SETTINGS).parseString(text)) {
      var id = event.getEventId();
      if (id == Event.ID.MappingStart || id == Event.ID.SequenceStart) {
        if (++depth > DEPTH_MAX) {
          throw new TemplateException(
              "Template format error: The template is nested deeper than "
                  + DEPTH_MAX
                  + " levels.");
        }
      } else if (id == Event.ID.MappingEnd || id == Event.ID.SequenceEnd) {
        depth--;
      }
    }
  }

  private JsonNode convert(Node node, int depth) {
    if (node.isRecursive() || depth > DEPTH_MAX * 2 || ++nodes > NODES_MAX) {
      throw new TemplateException(
          "Template format error: The template is too large once its aliases are resolved.");
    }
    var value =
        switch (node) {
          case ScalarNode scalar -> scalar(scalar);
          case SequenceNode sequence -> {
            var array = Json.array();
            for (var element : sequence.getValue()) {
              array.add(convert(element, depth + 1));
            }
            yield array;
          }
          case MappingNode mapping -> mapping(mapping, depth);
          default -> throw broken(node.getStartMark(), "unsupported structure", null);
        };
    return tagged(node, value);
  }

  private ObjectNode mapping(MappingNode mapping, int depth) {
    var object = Json.object();
    var merged = new ArrayList<ObjectNode>();
    for (var entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw broken(entry.getKeyNode().getStartMark(), "a key must be a string", null);
      }
      var value = convert(entry.getValueNode(), depth + 1);
      if (key.getValue().equals("<<") && key.isPlain()) {
        for (var each : value.isArray() ? value : List.of(value)) {
          if (each instanceof ObjectNode other) {
            merged.add(other);
          }
        }
      } else {
        object.set(key.getValue(), value);
      }
    }
    for (var other : merged) {
      other.properties().forEach(entry -> object.putIfAbsent(entry.getKey(), entry.getValue()));
    }
    return object;
  }

  private static JsonNode scalar(ScalarNode scalar) {
    var text = scalar.getValue();
    if (!scalar.isPlain()) {
      return TextNode.valueOf(text);
    }
    switch (text) {
      case "", "~", "null", "Null", "NULL" -> {
        return NullNode.getInstance();
      }
      case "true", "True", "TRUE" -> {
        return BooleanNode.TRUE;
      }
      case "false", "False", "FALSE" -> {
        return BooleanNode.FALSE;
      }
      default -> {}
    }
    if (INTEGER.matcher(text).matches()) {
      var number = Long.parseLong(text);
      return number == (int) number ? IntNode.valueOf((int) number) : LongNode.valueOf(number);
    }
    return DECIMAL.matcher(text).matches()
        ? DecimalNode.valueOf(new BigDecimal(text))
        : TextNode.valueOf(text);
  }

  private static JsonNode tagged(Node node, JsonNode value) {
    var tag = node.getTag().getValue();
    if (!tag.startsWith("!") || tag.equals("!")) {
      return value;
    }
    var name = tag.substring(1);
    var argument = value;
    if (!Functions.SHORT_FORMS.contains(name)) {
      throw broken(node.getStartMark(), "unknown tag " + tag, null);
    }
    if (node instanceof ScalarNode scalar && !name.equals("Base64")) {
      argument = TextNode.valueOf(scalar.getValue());
    }
    if (name.equals("GetAtt") && argument.isTextual()) {
      var dot = argument.asText().indexOf('.');
      if (dot > 0) {
        argument =
            Json.array()
                .add(argument.asText().substring(0, dot))
                .add(argument.asText().substring(dot + 1));
      }
    }
    var key = name.equals("Ref") || name.equals("Condition") ? name : "Fn::" + name;
    return Json.object().set(key, argument);
  }

  private static TemplateException broken(
      Optional<Mark> mark, String problem, @Nullable Throwable cause) {
    var where =
        mark.map(m -> " (line %d, column %d)".formatted(m.getLine() + 1, m.getColumn() + 1))
            .orElse("");
    var message = "Template format error: YAML not well-formed." + where + " " + problem;
    return cause == null ? new TemplateException(message) : new TemplateException(message, cause);
  }
}
