package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// `AWS::Serverless::Connector` and the attribute `Connectors`: what lets one resource use another,
/// from `connectors.json`. Runs when all else is transformed, as it looks at what functions became.
///
/// Follows the connector reference of AWS's SAM developer guide, for the types that Terrarium has.
final class Connectors {
  private static final JsonNode PROFILES = SamResources.read("connectors.json");
  private static final Map<String, String> SHORT =
      Map.of(
          "AWS::Serverless::Function", "AWS::Lambda::Function",
          "AWS::Serverless::SimpleTable", "AWS::DynamoDB::Table");
  private static final List<String> CATEGORIES = List.of("Read", "Write");

  private final SamTransform transform;

  Connectors(SamTransform transform) {
    this.transform = transform;
  }

  /// Those that a resource names itself: it is the source of each.
  void embedded(String source, ObjectNode resource) {
    for (var entry : resource.path("Connectors").properties()) {
      var properties = (ObjectNode) entry.getValue().path("Properties").deepCopy();
      var own = properties.path("SourceReference");
      properties.remove("SourceReference");
      var reference = Json.object().put("Id", source);
      own.properties().forEach(each -> reference.set(each.getKey(), each.getValue()));
      properties.set("Source", reference);
      convert(source + entry.getKey(), resource, properties);
    }
  }

  /// One of the template's own.
  void convert(String name, JsonNode resource, ObjectNode properties) {
    SamTransform.refuseUnknown(
        name,
        "AWS::Serverless::Connector",
        properties,
        Set.of("Source", "Destination", "Permissions"));
    for (var needed : List.of("Source", "Destination", "Permissions")) {
      if (!properties.has(needed)) {
        throw SamErrors.resource(name, "Missing required property '" + needed + "'.");
      }
    }
    var destinations = properties.get("Destination");
    if (destinations.isArray()) {
      for (int i = 0; i < destinations.size(); i++) {
        connect(name + "Destination" + i, resource, properties, destinations.get(i));
      }
    } else {
      connect(name, resource, properties, destinations);
    }
  }

  /// One side of a connector.
  private record End(String type, JsonNode arn, JsonNode role, JsonNode queueUrl) {}

  private void connect(
      String name, JsonNode resource, ObjectNode properties, JsonNode destinationReference) {
    var source = end(name, "Source", properties.get("Source"));
    var destination = end(name, "Destination", destinationReference);
    var profile = PROFILES.path(source.type()).path(destination.type());
    if (profile.isMissingNode()) {
      throw SamErrors.resource(
          name,
          "Unable to create connector from %s to %s; it's not supported or the template is invalid."
              .formatted(source.type(), destination.type()));
    }
    var asked = asked(name, source, destination, profile, properties.get("Permissions"));
    switch (profile.path("by").asText()) {
      case "source" -> policy(name, resource, profile, asked, source, destination, source);
      case "destination" ->
          policy(name, resource, profile, asked, source, destination, destination);
      case "lambda" -> {
        for (var category : asked) {
          permission(name + category, resource, profile, source, destination);
        }
      }
      default -> queuePolicy(name, resource, profile, source, destination);
    }
  }

  private static List<String> asked(
      String name, End source, End destination, JsonNode profile, JsonNode permissions) {
    var allowed = CATEGORIES.stream().filter(profile::has).toList();
    var asked = new ArrayList<String>();
    permissions.forEach(permission -> asked.add(permission.asText()));
    if (asked.isEmpty()) {
      throw SamErrors.resource(
          name, "'Permissions' cannot be empty; valid values are: " + shown(allowed));
    }
    if (!allowed.containsAll(asked)) {
      throw SamErrors.resource(
          name,
          "Unsupported 'Permissions' provided for connector from %s to %s; valid values are: %s."
              .formatted(source.type(), destination.type(), shown(allowed)));
    }
    return CATEGORIES.stream().filter(asked::contains).toList();
  }

  private static String shown(List<String> values) {
    return values.stream().collect(Collectors.joining(", "));
  }

  private End end(String name, String side, JsonNode reference) {
    if (!reference.has("Id")) {
      if (!reference.has("Type")) {
        throw SamErrors.resource(
            name, "'" + side + "' must have 'Id' or 'Type' with what describes the resource.");
      }
      var type = reference.path("Type").asText();
      return new End(
          SHORT.getOrDefault(type, type),
          reference.path("Arn"),
          reference.path("RoleName"),
          reference.path("QueueUrl"));
    }
    var id = reference.path("Id").asText();
    var target = transform.resource(id);
    if (target == null) {
      throw SamErrors.resource(name, "Unable to find resource with logical ID '" + id + "'.");
    }
    var type = target.path("Type").asText();
    var arn = type.equals("AWS::SNS::Topic") ? Trees.ref(id) : Trees.attribute(id, "Arn");
    return new End(type, arn, role(target), Trees.ref(id));
  }

  /// The name of the role that a resource runs with, as far as the template tells.
  private static JsonNode role(ObjectNode resource) {
    var role = resource.path("Properties").path("Role").path("Fn::GetAtt");
    return role.isArray() ? Trees.ref(role.get(0).asText()) : Json.object().path("none");
  }

  private void policy(
      String name,
      JsonNode resource,
      JsonNode profile,
      List<String> asked,
      End source,
      End destination,
      End holder) {
    if (holder.role().isMissingNode()) {
      throw SamErrors.resource(
          name,
          "Unable to get IAM role name from '%s' resource."
              .formatted(holder == source ? "Source" : "Destination"));
    }
    var statements = Json.array();
    for (var category : asked) {
      statements.add(
          Trees.object(
              "Effect",
              "Allow",
              "Action",
              profile.get(category),
              "Resource",
              resources(profile, source, destination)));
    }
    var policy =
        Trees.object(
            "PolicyDocument",
            Trees.object("Version", "2012-10-17", "Statement", statements),
            "Roles",
            Trees.list(holder.role()));
    transform.add(name + "Policy", "AWS::IAM::ManagedPolicy", policy, resource);
  }

  private static ArrayNode resources(JsonNode profile, End source, End destination) {
    var resources = Json.array();
    for (var each : profile.path("resources")) {
      var text = each.asText();
      var arn = text.startsWith("%{Source.Arn}") ? source.arn() : destination.arn();
      var rest = text.substring(text.indexOf('}') + 1);
      resources.add(
          rest.isEmpty()
              ? arn
              : Json.object()
                  .set("Fn::Sub", Json.array().add("${Arn}" + rest).add(Trees.object("Arn", arn))));
    }
    return resources;
  }

  private void permission(
      String name, JsonNode resource, JsonNode profile, End source, End destination) {
    var permission =
        Trees.object(
            "Action",
            profile.get("Write").get(0),
            "FunctionName",
            destination.arn(),
            "Principal",
            profile.get("principal"),
            "SourceArn",
            source.arn());
    if (source.type().equals("AWS::S3::Bucket")) {
      permission.set("SourceAccount", Trees.sub("${AWS::AccountId}"));
    }
    transform.add(name + "LambdaPermission", "AWS::Lambda::Permission", permission, resource);
  }

  private void queuePolicy(
      String name, JsonNode resource, JsonNode profile, End source, End destination) {
    if (destination.queueUrl().isMissingNode()) {
      throw SamErrors.resource(name, "Destination.QueueUrl property is missing.");
    }
    var statement =
        Trees.object(
            "Effect",
            "Allow",
            "Principal",
            Trees.object("Service", profile.get("principal")),
            "Action",
            profile.get("Write").get(0),
            "Resource",
            destination.arn(),
            "Condition",
            Trees.object("ArnEquals", Trees.object("aws:SourceArn", source.arn())));
    var policy =
        Trees.object(
            "PolicyDocument",
            Trees.object("Version", "2012-10-17", "Statement", Trees.list(statement)),
            "Queues",
            Trees.list(destination.queueUrl()));
    transform.add(name + "QueuePolicy", "AWS::SQS::QueuePolicy", policy, resource);
  }
}
