package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.sam.SamTransform;
import dev.terrarium.services.cloudformation.template.LanguageExtensions;
import dev.terrarium.services.cloudformation.template.Parameters;
import dev.terrarium.services.cloudformation.template.Template;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// Applies the transforms of a template: first those that `Fn::Transform` asks for, the deepest
/// first, then those of the section `Transform`, in their order.
final class Transforms {
  private static final Set<String> HOSTED =
      Set.of("AWS::LanguageExtensions", SamTransform.NAME, Includes.NAME);

  private final Cloud cloud;
  private final Macros macros;
  private final Includes includes;
  private final ObjectNode definitions;
  private final Map<String, String> values;
  private @Nullable ObjectNode shown;

  private Transforms(
      Cloud cloud, ObjectNode root, Map<String, String> given, BinaryOperator<String> fetch) {
    this.cloud = cloud;
    this.macros = new Macros(cloud);
    this.values = withDefaults(root, given);
    this.includes = new Includes(values, fetch);
    this.definitions = Template.of(root).section("Parameters");
  }

  /// The template with all transforms applied.
  ///
  /// @param given values of parameters
  /// @param fetch the text of an object, by bucket and key
  /// @throws TemplateException with AWS's message if one fails
  static ObjectNode apply(
      Cloud cloud, ObjectNode root, Map<String, String> given, BinaryOperator<String> fetch) {
    var transforms = new Transforms(cloud, root, given, fetch);
    var whole = transforms.functions(root);
    for (var each : list(whole.path("Transform"))) {
      whole = transforms.whole(whole, each);
    }
    whole.remove("Transform");
    return whole;
  }

  /// The names of all transforms that a template asks for.
  static List<String> names(ObjectNode root) {
    var names = new LinkedHashSet<String>();
    list(root.path("Transform")).forEach(each -> names.add(name(each)));
    for (var found : root.findValues("Fn::Transform")) {
      list(found).forEach(each -> names.add(name(each)));
    }
    return List.copyOf(names);
  }

  /// Whether a template calls functions of the account's own.
  static boolean callsMacros(ObjectNode root) {
    return !HOSTED.containsAll(names(root));
  }

  private static List<JsonNode> list(JsonNode transforms) {
    var all = new ArrayList<JsonNode>();
    if (transforms.isArray()) {
      transforms.forEach(all::add);
    } else if (!transforms.isMissingNode()) {
      all.add(transforms);
    }
    return all;
  }

  private static String name(JsonNode transform) {
    return transform.isTextual() ? transform.asText() : transform.path("Name").asText();
  }

  private ObjectNode whole(ObjectNode root, JsonNode transform) {
    var name = name(transform);
    return switch (name) {
      case "AWS::LanguageExtensions" -> LanguageExtensions.apply(root, values);
      case SamTransform.NAME -> SamTransform.apply(root, values);
      case Includes.NAME -> {
        Includes.merge(root, functions(includes.snippet(transform, 0)));
        yield root;
      }
      default -> {
        var fragment = root.deepCopy();
        var rest = fragment.remove("Transform");
        if (macros.apply(name, fragment, parameters(transform, name), values())
            instanceof ObjectNode made) {
          made.set("Transform", rest);
          yield made;
        }
        throw Macros.malformed(name);
      }
    };
  }

  private ObjectNode functions(ObjectNode root) {
    if (expand(root, 0) instanceof ObjectNode object) {
      return object;
    }
    throw new TemplateException("Template format error: unsupported structure.");
  }

  private JsonNode expand(JsonNode node, int depth) {
    if (node.isArray()) {
      var array = Json.array();
      node.forEach(each -> array.add(expand(each, depth)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    var object = Json.object();
    for (var entry : node.properties()) {
      if (!entry.getKey().equals("Fn::Transform")) {
        object.set(entry.getKey(), expand(entry.getValue(), depth));
      }
    }
    JsonNode made = object;
    for (var transform : list(node.path("Fn::Transform"))) {
      made = part(made, transform, depth);
    }
    return made;
  }

  private JsonNode part(JsonNode fragment, JsonNode transform, int depth) {
    var name = name(transform);
    if (!name.equals(Includes.NAME)) {
      return macros.apply(name, fragment, parameters(transform, name), values());
    }
    var snippet = expand(includes.snippet(transform, depth), depth + 1);
    if (fragment instanceof ObjectNode into && snippet instanceof ObjectNode more) {
      Includes.merge(into, more);
    }
    return fragment;
  }

  /// The parameters of one transform; those that refer to the template's own have their values.
  private ObjectNode parameters(JsonNode transform, String name) {
    var parameters = Json.object();
    for (var entry : transform.path("Parameters").properties()) {
      var value = entry.getValue();
      if (value.size() == 1 && value.has("Ref") && values().has(value.get("Ref").asText())) {
        value = values().get(value.get("Ref").asText());
      }
      if (transform.isObject() && value.isObject()) {
        throw new TemplateException(
            "The value of parameter %s under transform %s must resolve to a string, number, boolean or a list of any of these."
                .formatted(entry.getKey(), name));
      }
      parameters.set(entry.getKey(), value);
    }
    return parameters;
  }

  /// What macros are told of the template's parameters.
  private ObjectNode values() {
    if (shown == null) {
      var stored = new DynamicReferences(cloud);
      var template = Template.of(Json.object().set("Parameters", definitions));
      var resolved = new HashMap<>(values);
      resolved.putAll(stored.parameters(template, values));
      var tree = Json.object();
      for (var name : definitions.properties()) {
        var value = resolved.get(name.getKey());
        if (value != null) {
          tree.set(name.getKey(), Parameters.value(name.getValue(), value));
        }
      }
      shown = tree;
    }
    return shown.deepCopy();
  }

  private static Map<String, String> withDefaults(ObjectNode root, Map<String, String> given) {
    var all = new HashMap<String, String>();
    for (var entry : root.path("Parameters").properties()) {
      if (entry.getValue().has("Default")) {
        all.put(entry.getKey(), entry.getValue().get("Default").asText());
      }
    }
    all.putAll(given);
    return all;
  }
}
