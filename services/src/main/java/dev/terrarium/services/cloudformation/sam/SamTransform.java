package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns `AWS::Serverless::` resources into the ones that they stand for, under SAM's own logical
/// ids.
///
/// Done: functions with their events and deployment preferences, tables, layers, nested
/// applications, connectors. Refused by name: `Api`, `HttpApi`, `StateMachine`, `GraphQLApi`.
public final class SamTransform {
  /// What a template names in `Transform`.
  public static final String NAME = "AWS::Serverless-2016-10-31";

  private final ObjectNode root;
  private final ObjectNode made = Json.object();
  private final Map<String, String> renamed = new HashMap<>();
  private final SamValues values;

  private SamTransform(ObjectNode root, Map<String, String> values) {
    this.root = root;
    this.values = new SamValues(root, values);
  }

  /// The template without anything serverless in it.
  ///
  /// @param values of the template's parameters, with defaults
  /// @throws TemplateException with SAM's message
  public static ObjectNode apply(ObjectNode root, Map<String, String> values) {
    return new SamTransform(root.deepCopy(), values).run();
  }

  private ObjectNode run() {
    var globals = root.path("Globals");
    Globals.check(globals);
    root.remove("Globals");
    var serverless = new LinkedHashMap<String, ObjectNode>();
    for (var entry : root.path("Resources").properties()) {
      if (entry.getValue() instanceof ObjectNode resource
          && resource.path("Type").asText().startsWith("AWS::Serverless::")) {
        serverless.put(entry.getKey(), resource);
      } else {
        made.set(entry.getKey(), entry.getValue());
      }
    }
    var connectors = new Connectors(this);
    serverless.forEach((name, resource) -> convert(name, resource, globals));
    List.copyOf(root.path("Resources").properties())
        .forEach(entry -> connect(connectors, entry.getKey(), entry.getValue()));
    root.set("Resources", made);
    return (ObjectNode) rename(root);
  }

  private void convert(String name, ObjectNode resource, JsonNode globals) {
    var kind = resource.path("Type").asText().substring("AWS::Serverless::".length());
    var own = resource.get("Properties") instanceof ObjectNode present ? present : Json.object();
    var properties = Globals.merged(globals, kind, own, resource.path("IgnoreGlobals"));
    switch (kind) {
      case "Function" -> new SamFunction(this, name, resource, properties).convert();
      case "SimpleTable" -> table(name, resource, properties);
      case "LayerVersion" -> layer(name, resource, properties);
      case "Application" -> application(name, resource, properties);
      case "Connector" -> {
        // When all that it may connect is there.
      }
      default ->
          throw SamErrors.resource(
              name, "Terrarium does not implement the type AWS::Serverless::" + kind);
    }
  }

  private void connect(Connectors connectors, String name, JsonNode resource) {
    if (resource.path("Type").asText().equals("AWS::Serverless::Connector")) {
      var properties =
          resource.get("Properties") instanceof ObjectNode present ? present : Json.object();
      connectors.convert(name, resource, properties);
    } else if (resource.has("Connectors")) {
      connectors.embedded(name, (ObjectNode) resource);
      Objects.requireNonNull(resource(name)).remove("Connectors");
    }
  }

  /// A resource that is in the template already or was made, or null.
  @Nullable ObjectNode resource(String name) {
    return made.get(name) instanceof ObjectNode resource ? resource : null;
  }

  /// What the template's parameters are known to be.
  SamValues values() {
    return values;
  }

  /// Adds a resource under the same condition and policies as the one that it comes from.
  ObjectNode add(String name, String type, ObjectNode properties, JsonNode source) {
    var resource = Trees.object("Type", type, "Properties", properties);
    Trees.copy(source, resource, "Condition", "DeletionPolicy", "UpdateReplacePolicy");
    if (made.has(name)) {
      throw SamErrors.resource(name, "The generated logical id is taken already");
    }
    made.set(name, resource);
    return resource;
  }

  /// Has references to one name lead to another.
  void rename(String from, String to) {
    renamed.put(from, to);
  }

  static void refuseUnknown(String name, String type, ObjectNode properties, Set<String> known) {
    properties
        .fieldNames()
        .forEachRemaining(property -> {
          if (!known.contains(property)) {
            throw SamErrors.resource(
                name, "property " + property + " not defined for resource of type " + type);
          }
        });
  }

  private void table(String name, ObjectNode source, ObjectNode properties) {
    refuseUnknown(
        name,
        "AWS::Serverless::SimpleTable",
        properties,
        Set.of(
            "PrimaryKey",
            "ProvisionedThroughput",
            "TableName",
            "Tags",
            "SSESpecification",
            "PointInTimeRecoverySpecification"));
    var key = properties.path("PrimaryKey").path("Name").asText("id");
    var type =
        switch (properties.path("PrimaryKey").path("Type").asText("String")) {
          case "Number" -> "N";
          case "Binary" -> "B";
          default -> "S";
        };
    var table =
        Trees.object(
            "AttributeDefinitions",
            Trees.list(Trees.object("AttributeName", key, "AttributeType", type)),
            "KeySchema",
            Trees.list(Trees.object("AttributeName", key, "KeyType", "HASH")));
    Trees.copy(
        properties,
        table,
        "ProvisionedThroughput",
        "TableName",
        "SSESpecification",
        "PointInTimeRecoverySpecification");
    if (!table.has("ProvisionedThroughput")) {
      table.put("BillingMode", "PAY_PER_REQUEST");
    }
    if (properties.has("Tags")) {
      table.set("Tags", Trees.tags(properties.get("Tags")));
    }
    var resource = add(name, "AWS::DynamoDB::Table", table, source);
    Trees.copy(source, resource, "DependsOn", "Metadata");
  }

  private void application(String name, ObjectNode source, ObjectNode properties) {
    refuseUnknown(
        name,
        "AWS::Serverless::Application",
        properties,
        Set.of("Location", "Parameters", "NotificationARNs", "Tags", "TimeoutInMinutes"));
    if (!properties.has("Location")) {
      throw SamErrors.resource(name, "Missing required property 'Location'.");
    }
    var location = properties.get("Location");
    if (location.has("ApplicationId")) {
      throw SamErrors.resource(
          name, "Terrarium has no applications of the Serverless Application Repository");
    }
    var tags = Trees.list(Trees.object("Key", "lambda:createdBy", "Value", "SAM"));
    tags.addAll(Trees.tags(properties.path("Tags")));
    var stack = Trees.object("TemplateURL", location, "Tags", tags);
    Trees.copy(properties, stack, "Parameters", "NotificationARNs", "TimeoutInMinutes");
    var resource = add(name, "AWS::CloudFormation::Stack", stack, source);
    Trees.copy(source, resource, "DependsOn", "Metadata");
  }

  /// A layer's logical id changes with its content, so that the old version stays.
  private void layer(String name, ObjectNode source, ObjectNode properties) {
    refuseUnknown(
        name,
        "AWS::Serverless::LayerVersion",
        properties,
        Set.of(
            "LayerName",
            "Description",
            "ContentUri",
            "CompatibleArchitectures",
            "CompatibleRuntimes",
            "LicenseInfo",
            "RetentionPolicy"));
    var given = properties.deepCopy();
    for (var property : List.of("LayerName", "LicenseInfo", "Description", "RetentionPolicy")) {
      if (given.has(property)) {
        given.set(property, values.in(given.get(property)));
      }
    }
    var hashed = Trees.object("Type", "AWS::Serverless::LayerVersion", "Properties", given);
    Trees.copy(source, hashed, "Condition", "DependsOn");
    var id = name + Trees.digest(Trees.object(name, hashed));
    var layer = Json.object();
    Trees.copy(
        given,
        layer,
        "Description",
        "CompatibleArchitectures",
        "CompatibleRuntimes",
        "LicenseInfo");
    layer.set("LayerName", given.has("LayerName") ? given.get("LayerName") : Trees.text(name));
    layer.set("Content", Code.location(name, "ContentUri", properties.path("ContentUri")));
    var resource = add(id, "AWS::Lambda::LayerVersion", layer, source);
    Trees.copy(source, resource, "DependsOn", "Metadata");
    if (given.has("RetentionPolicy")) {
      resource.put("DeletionPolicy", retention(name, given.get("RetentionPolicy")));
    } else if (!resource.has("DeletionPolicy")) {
      resource.put("DeletionPolicy", "Retain");
    }
    rename(name, id);
  }

  private static String retention(String name, JsonNode policy) {
    if (!policy.isTextual()) {
      throw SamErrors.resource(
          name,
          "'RetentionPolicy' does not accept intrinsic functions, please use one of the following options: ['Retain', 'Delete']");
    }
    for (var option : List.of("Retain", "Delete")) {
      if (option.equalsIgnoreCase(policy.asText())) {
        return option;
      }
    }
    throw SamErrors.resource(
        name, "'RetentionPolicy' must be one of the following options: ['Retain', 'Delete'].");
  }

  private JsonNode rename(JsonNode node) {
    if (node.isArray()) {
      var array = Json.array();
      node.forEach(each -> array.add(rename(each)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    var object = Json.object();
    for (var entry : node.properties()) {
      var value = entry.getValue();
      if (entry.getKey().equals("Ref") && value.isTextual()) {
        object.put("Ref", renamed.getOrDefault(value.asText(), value.asText()));
      } else if (entry.getKey().equals("Fn::GetAtt") && value.isArray() && value.size() == 2) {
        var target = value.get(0).asText();
        object.set(
            "Fn::GetAtt",
            Json.array().add(renamed.getOrDefault(target, target)).add(rename(value.get(1))));
      } else if (entry.getKey().equals("DependsOn")) {
        object.set("DependsOn", dependsOn(value));
      } else if (entry.getKey().equals("Fn::Sub") && value.isTextual()) {
        object.put("Fn::Sub", substitution(value.asText()));
      } else {
        object.set(entry.getKey(), rename(value));
      }
    }
    return object;
  }

  private JsonNode dependsOn(JsonNode value) {
    if (value.isTextual()) {
      return Trees.text(renamed.getOrDefault(value.asText(), value.asText()));
    }
    var all = Json.array();
    value.forEach(each -> all.add(renamed.getOrDefault(each.asText(), each.asText())));
    return all;
  }

  private String substitution(String text) {
    var result = text;
    for (var entry : renamed.entrySet()) {
      result = result.replace("${" + entry.getKey() + "}", "${" + entry.getValue() + "}");
    }
    return result;
  }
}
