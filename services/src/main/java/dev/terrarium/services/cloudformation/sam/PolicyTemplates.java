package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// SAM's policy templates, from `policy-templates.json`: what each needs and what it allows.
final class PolicyTemplates {
  private static final Set<String> SERVICE_ROLES =
      Set.of(
          "AWSLambdaBasicExecutionRole",
          "AWSLambdaSQSQueueExecutionRole",
          "AWSLambdaKinesisExecutionRole",
          "AWSLambdaDynamoDBExecutionRole",
          "AWSLambdaVPCAccessExecutionRole",
          "AWSLambdaMSKExecutionRole",
          "AWSLambdaRole",
          "AWSLambdaENIManagementAccess",
          "AmazonS3ObjectLambdaExecutionRolePolicy",
          "AmazonAPIGatewayPushToCloudWatchLogs",
          "AWSGlueServiceRole",
          "AmazonECSTaskExecutionRolePolicy");

  private static final JsonNode TEMPLATES = SamResources.read("policy-templates.json");

  private PolicyTemplates() {}

  /// The path and name of one of AWS's managed policies.
  static String path(String name) {
    return SERVICE_ROLES.contains(name) ? "service-role/" + name : name;
  }

  /// The policy document of a template with its parameters filled in.
  static ObjectNode document(String logicalId, String template, JsonNode given) {
    var definition = TEMPLATES.path(template);
    if (definition.isMissingNode()) {
      throw SamErrors.resource(
          logicalId, "Terrarium does not know the policy template " + template);
    }
    var parameters = new ArrayList<String>();
    definition.path("parameters").forEach(parameter -> parameters.add(parameter.asText()));
    for (var parameter : parameters) {
      if (!given.has(parameter)) {
        throw SamErrors.resource(
            logicalId,
            "Must specify valid parameter values for policy template '%s'. Missing parameter '%s'"
                .formatted(template, parameter));
      }
    }
    given
        .fieldNames()
        .forEachRemaining(name -> {
          if (!parameters.contains(name)) {
            throw SamErrors.resource(
                logicalId, "Policy template '%s' has no parameter '%s'".formatted(template, name));
          }
        });
    var statements = Json.array();
    for (var statement : definition.path("statements")) {
      var resources = Json.array();
      for (var resource : statement.path("resources")) {
        resources.add(resource(resource.asText(), parameters, given));
      }
      statements.add(
          Trees.object(
              "Effect",
              "Allow",
              "Action",
              statement.path("actions"),
              "Resource",
              resources.size() == 1 ? resources.get(0) : resources));
    }
    return Trees.object("Version", "2012-10-17", "Statement", statements);
  }

  private static JsonNode resource(String text, List<String> parameters, JsonNode given) {
    for (var parameter : parameters) {
      if (text.equals("${" + parameter + "}")) {
        return given.get(parameter);
      }
    }
    if (!text.contains("${")) {
      return Trees.text(text);
    }
    var values = Json.object();
    for (var parameter : parameters) {
      if (text.contains("${" + parameter + "}")) {
        values.set(parameter, given.get(parameter));
      }
    }
    return values.isEmpty()
        ? Trees.sub(text)
        : Json.object().set("Fn::Sub", Trees.list(Trees.text(text), values));
  }
}
