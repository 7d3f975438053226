package dev.terrarium.services.codedeploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// What an AppSpec file for Lambda says: which alias of a function goes from which version to
/// which, and the functions that are asked before and after. It is YAML or JSON.
///
/// @param before the function of `BeforeAllowTraffic`, or empty
/// @param after the function of `AfterAllowTraffic`, or empty
record AppSpec(
    String function, String alias, String current, String target, String before, String after) {
  /// The most that is read of one.
  static final int BYTES_MAX = 256 * 1024;

  /// Not read yet.
  static final AppSpec NONE = new AppSpec("", "", "", "", "", "");

  static final String BEFORE = "BeforeAllowTraffic";
  static final String AFTER = "AfterAllowTraffic";

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new FailsafeSchema())
          .setMaxAliasesForCollections(20)
          .setCodePointLimit(BYTES_MAX)
          .build();

  /// Reads an AppSpec file.
  ///
  /// @throws IllegalArgumentException if it is none; the message says why
  static AppSpec read(String text) {
    var tree = tree(text);
    if (!tree.path("version").asText().matches("0(\\.0)?")) {
      throw new IllegalArgumentException(
          "The version in the AppSpec file is missing or is not supported. It must be 0.0.");
    }
    var resources = entries(tree.path("Resources"));
    if (resources.size() != 1) {
      throw new IllegalArgumentException(
          "The Resources section of the AppSpec file must have one AWS::Lambda::Function.");
    }
    var resource = resources.getFirst();
    if (!resource.path("Type").asText().equals("AWS::Lambda::Function")) {
      throw new IllegalArgumentException(
          "The Resources section of the AppSpec file has a resource that is no AWS::Lambda::Function.");
    }
    var before = "";
    var after = "";
    for (var hook : tree.path("Hooks")) {
      for (var entry : hook.properties()) {
        switch (entry.getKey()) {
          case BEFORE -> before = entry.getValue().asText();
          case AFTER -> after = entry.getValue().asText();
          default ->
              throw new IllegalArgumentException(
                  "The Hooks section of the AppSpec file has an unknown lifecycle event: "
                      + entry.getKey());
        }
      }
    }
    var properties = resource.path("Properties");
    return new AppSpec(
        needed(properties, "Name"),
        needed(properties, "Alias"),
        needed(properties, "CurrentVersion"),
        needed(properties, "TargetVersion"),
        before,
        after);
  }

  private static JsonNode tree(String text) {
    try {
      if (text.stripLeading().startsWith("{")) {
        return Json.parse(text);
      }
      var tree = new Load(SETTINGS).loadFromString(text);
      return tree == null ? Json.object() : Json.tree(tree);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("The AppSpec file is not valid YAML or JSON.", e);
    }
  }

  /// The resources, which are a list of maps or one map, without their names.
  private static List<JsonNode> entries(JsonNode resources) {
    if (resources.isArray()) {
      return resources.valueStream().flatMap(JsonNode::valueStream).toList();
    }
    return resources.valueStream().toList();
  }

  private static String needed(JsonNode properties, String name) {
    var value = properties.path(name).asText();
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          "The Properties of the AWS::Lambda::Function in the AppSpec file need " + name + ".");
    }
    return value;
  }

  /// The way back: at once, and nobody is asked.
  AppSpec reversed() {
    return new AppSpec(function, alias, target, current, "", "");
  }

  /// As JSON.
  String write() {
    var tree = Json.object().put("version", "0.0");
    tree.putArray("Resources")
        .addObject()
        .putObject(function)
        .put("Type", "AWS::Lambda::Function")
        .putObject("Properties")
        .put("Name", function)
        .put("Alias", alias)
        .put("CurrentVersion", current)
        .put("TargetVersion", target);
    return Json.write(tree);
  }

  /// What a deployment's target is called.
  String targetId() {
    return function.substring(function.lastIndexOf(':') + 1) + ":" + alias;
  }

  /// The names under which a target may be asked for.
  Set<String> targetIds() {
    var id = targetId();
    return Set.of(id, id.substring(0, id.length() - alias.length() - 1));
  }

  void write(BinaryWriter writer) {
    writer
        .string(function)
        .string(alias)
        .string(current)
        .string(target)
        .string(before)
        .string(after);
  }

  static AppSpec read(BinaryReader reader) {
    return new AppSpec(
        reader.string(),
        reader.string(),
        reader.string(),
        reader.string(),
        reader.string(),
        reader.string());
  }
}
