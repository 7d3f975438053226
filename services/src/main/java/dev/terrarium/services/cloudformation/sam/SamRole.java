package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a function runs as, unless it has a role of its own: with the policies that its properties,
/// its events and its destinations need.
final class SamRole {
  private static final String TRUST =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Action\":[\"sts:AssumeRole\"],\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"lambda.amazonaws.com\"]}}]}";

  private final String function;
  private final ObjectNode properties;
  private final Set<String> managed = new LinkedHashSet<>();
  private final Set<ObjectNode> inline = new LinkedHashSet<>();

  SamRole(String function, ObjectNode properties) {
    this.function = function;
    this.properties = properties;
    managed("service-role/AWSLambdaBasicExecutionRole");
  }

  /// It needs one of AWS's policies.
  void managed(String path) {
    managed.add("arn:${AWS::Partition}:iam::aws:policy/" + path);
  }

  /// It needs a policy of its own: its name and document.
  void inline(ObjectNode policy) {
    inline.add(policy);
  }

  /// It needs to do one thing with one resource.
  void inline(String policy, String action, JsonNode resource) {
    var statement = Trees.object("Action", action, "Effect", "Allow", "Resource", resource);
    inline(
        Trees.object(
            "PolicyName",
            policy,
            "PolicyDocument",
            Trees.object("Version", "2012-10-17", "Statement", Trees.list(statement))));
  }

  /// It needs to send what a function failed at; returns where to.
  JsonNode letters(JsonNode letters) {
    if (!letters.has("Type") || !letters.has("TargetArn")) {
      throw SamErrors.resource(
          function, "'DeadLetterQueue' requires Type and TargetArn properties to be specified.");
    }
    var action =
        switch (letters.get("Type").asText()) {
          case "SQS" -> "sqs:SendMessage";
          case "SNS" -> "sns:Publish";
          default ->
              throw SamErrors.resource(
                  function, "'DeadLetterQueue' requires Type of ['SQS', 'SNS']");
        };
    inline("DeadLetterQueuePolicy", action, letters.get("TargetArn"));
    return letters.get("TargetArn");
  }

  /// The properties of the role.
  ObjectNode made() {
    var arns = Json.array();
    managed.forEach(arn -> arns.add(Trees.sub(arn)));
    var policies = Json.array();
    given(arns, policies);
    policies.addAll(inline);
    var role =
        Trees.object(
            "AssumeRolePolicyDocument",
            properties.has("AssumeRolePolicyDocument")
                ? properties.get("AssumeRolePolicyDocument")
                : Json.parse(TRUST),
            "ManagedPolicyArns",
            arns,
            "Tags",
            tags());
    if (!policies.isEmpty()) {
      role.set("Policies", policies);
    }
    Trees.copy(properties, role, "PermissionsBoundary");
    if (properties.has("RolePath")) {
      role.set("Path", properties.get("RolePath"));
    }
    return role;
  }

  private ArrayNode tags() {
    var tags = Trees.list(Trees.object("Key", "lambda:createdBy", "Value", "SAM"));
    tags.addAll(Trees.tags(properties.path("Tags")));
    return tags;
  }

  private void given(ArrayNode arns, ArrayNode policies) {
    var given = properties.path("Policies");
    int index = 0;
    for (var policy : given.isArray() ? given : List.of(given)) {
      if (policy.isTextual()) {
        arns.add(
            policy.asText().startsWith("arn:")
                ? policy
                : Trees.sub(
                    "arn:${AWS::Partition}:iam::aws:policy/"
                        + PolicyTemplates.path(policy.asText())));
      } else if (policy.has("Statement")) {
        policies.add(named(index, policy));
      } else if (policy.isObject() && policy.size() == 1) {
        var key = policy.fieldNames().next();
        if (key.equals("Ref") || key.startsWith("Fn::")) {
          arns.add(policy);
        } else {
          policies.add(named(index, PolicyTemplates.document(function, key, policy.get(key))));
        }
      } else if (!policy.isMissingNode()) {
        throw SamErrors.resource(
            function, "Policy at index " + index + " in the 'Policies' property is not valid");
      }
      index++;
    }
  }

  private ObjectNode named(int index, JsonNode document) {
    return Trees.object("PolicyName", function + "RolePolicy" + index, "PolicyDocument", document);
  }
}
