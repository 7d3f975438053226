package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `AWS::Serverless::Function`: the function, its role, alias, URL, and what invokes it.
final class SamFunction {
  private static final String TYPE = "AWS::Serverless::Function";
  private static final String[] COPIED = {
    "FunctionName",
    "Handler",
    "Runtime",
    "Description",
    "MemorySize",
    "Timeout",
    "Environment",
    "Layers",
    "Architectures",
    "EphemeralStorage",
    "ReservedConcurrentExecutions",
    "VpcConfig",
    "KmsKeyArn",
    "PackageType",
    "ImageConfig",
    "SnapStart",
    "LoggingConfig",
    "RuntimeManagementConfig",
    "FileSystemConfigs",
    "CodeSigningConfigArn",
    "RecursiveLoop"
  };
  private static final Set<String> OTHERS =
      Set.of(
          "CodeUri",
          "InlineCode",
          "ImageUri",
          "Role",
          "Policies",
          "PermissionsBoundary",
          "RolePath",
          "AssumeRolePolicyDocument",
          "Events",
          "Tracing",
          "Tags",
          "DeadLetterQueue",
          "AutoPublishAlias",
          "FunctionUrlConfig",
          "EventInvokeConfig",
          "ProvisionedConcurrencyConfig",
          "VersionDescription",
          "AutoPublishAliasAllProperties",
          "AutoPublishCodeSha256",
          "PropagateTags",
          "DeploymentPreference");

  private final SamTransform transform;
  private final String name;
  private final ObjectNode source;
  private final ObjectNode properties;
  private final Set<String> managedPolicies = new LinkedHashSet<>();
  private final List<ObjectNode> destinationPolicies = new ArrayList<>();
  private @Nullable String alias;

  SamFunction(SamTransform transform, String name, ObjectNode source, ObjectNode properties) {
    this.transform = transform;
    this.name = name;
    this.source = source;
    this.properties = properties;
  }

  void convert() {
    var known = new HashSet<>(OTHERS);
    known.addAll(List.of(COPIED));
    SamTransform.refuseUnknown(name, TYPE, properties, known);
    var function = Json.object();
    function.set("Code", code());
    Trees.copy(properties, function, COPIED);
    if (properties.has("ImageUri") && !function.has("PackageType")) {
      function.put("PackageType", "Image");
    }
    var tags = Trees.list(Trees.object("Key", "lambda:createdBy", "Value", "SAM"));
    tags.addAll(Trees.tags(properties.path("Tags")));
    function.set("Tags", tags);
    if (properties.has("Tracing")) {
      function.set("TracingConfig", Trees.object("Mode", properties.get("Tracing")));
      managedPolicies.add("arn:${AWS::Partition}:iam::aws:policy/AWSXRayDaemonWriteAccess");
    }
    if (properties.has("VpcConfig")) {
      execution("AWSLambdaVPCAccessExecutionRole");
    }
    var letters = properties.path("DeadLetterQueue");
    if (letters.isObject()) {
      function.set("DeadLetterConfig", Trees.object("TargetArn", letters.path("TargetArn")));
    }
    function.set(
        "Role",
        properties.has("Role") ? properties.get("Role") : Trees.attribute(name + "Role", "Arn"));
    var resource = transform.add(name, "AWS::Lambda::Function", function, source);
    Trees.copy(source, resource, "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata");
    publish(function);
    url();
    invokeConfig();
    for (var event : properties.path("Events").properties()) {
      new SamEvent(this, transform, event.getKey(), event.getValue()).convert();
    }
    if (!properties.has("Role")) {
      role();
    }
  }

  String name() {
    return name;
  }

  ObjectNode source() {
    return source;
  }

  /// What events invoke: the alias if there is one.
  ObjectNode nameForEvents() {
    return Trees.ref(alias == null ? name : alias);
  }

  /// The ARN of what events invoke.
  ObjectNode arnForEvents() {
    return alias == null ? Trees.attribute(name, "Arn") : Trees.ref(alias);
  }

  /// The role needs one of AWS's policies for execution roles.
  void execution(String policy) {
    managedPolicies.add("arn:${AWS::Partition}:iam::aws:policy/service-role/" + policy);
  }

  private ObjectNode code() {
    if (properties.has("InlineCode")) {
      return Trees.object("ZipFile", properties.get("InlineCode"));
    }
    if (properties.has("ImageUri")) {
      return Trees.object("ImageUri", properties.get("ImageUri"));
    }
    if (!properties.has("CodeUri")) {
      throw SamErrors.resource(name, "Missing required property 'CodeUri'.");
    }
    return Code.location(name, "CodeUri", properties.get("CodeUri"));
  }

  private void publish(ObjectNode function) {
    if (!properties.has("AutoPublishAlias")) {
      if (properties.has("ProvisionedConcurrencyConfig")) {
        throw SamErrors.resource(
            name,
            "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function");
      }
      if (properties.has("DeploymentPreference")
          && SamDeployment.isEnabled(properties.get("DeploymentPreference"))) {
        throw SamErrors.resource(
            name, "'DeploymentPreference' requires AutoPublishAlias property to be specified.");
      }
      return;
    }
    var aliasName = properties.get("AutoPublishAlias").asText();
    var all = properties.path("AutoPublishAliasAllProperties").asBoolean();
    var content =
        all
            ? function
            : properties.has("AutoPublishCodeSha256")
                ? properties.get("AutoPublishCodeSha256")
                : function.path("Code");
    var versionId = name + "Version" + Trees.digest(content);
    var version = Trees.object("FunctionName", Trees.ref(name));
    if (properties.has("VersionDescription")) {
      version.set("Description", properties.get("VersionDescription"));
    }
    transform
        .add(versionId, "AWS::Lambda::Version", version, source)
        .put("DeletionPolicy", "Retain")
        .put("UpdateReplacePolicy", "Retain");
    var id = name + "Alias" + aliasName.replaceAll("[^A-Za-z0-9]", "");
    var published =
        Trees.object(
            "Name",
            aliasName,
            "FunctionName",
            Trees.ref(name),
            "FunctionVersion",
            Trees.attribute(versionId, "Version"));
    Trees.copy(properties, published, "ProvisionedConcurrencyConfig");
    var resource = transform.add(id, "AWS::Lambda::Alias", published, source);
    if (properties.has("DeploymentPreference")) {
      new SamDeployment(transform, name, properties.get("DeploymentPreference")).apply(resource);
    }
    transform.rename(name + ".Version", versionId);
    transform.rename(name + ".Alias", id);
    alias = id;
  }

  private void url() {
    var config = properties.path("FunctionUrlConfig");
    if (!config.isObject()) {
      return;
    }
    if (!config.has("AuthType")) {
      throw SamErrors.resource(
          name,
          "AuthType is required to configure function property `FunctionUrlConfig`. Please provide either AWS_IAM or NONE.");
    }
    var url = Trees.object("TargetFunctionArn", nameForEvents());
    Trees.copy(config, url, "AuthType", "Cors", "InvokeMode");
    transform.add(name + "Url", "AWS::Lambda::Url", url, source);
    if (config.path("AuthType").asText().equals("NONE")) {
      var permission =
          Trees.object(
              "Action",
              "lambda:InvokeFunctionUrl",
              "FunctionName",
              nameForEvents(),
              "Principal",
              "*",
              "FunctionUrlAuthType",
              "NONE");
      transform.add(name + "UrlPublicPermissions", "AWS::Lambda::Permission", permission, source);
    }
  }

  private void invokeConfig() {
    var config = properties.path("EventInvokeConfig");
    if (!config.isObject()) {
      return;
    }
    var id = name + "EventInvokeConfig";
    var invoke =
        Trees.object(
            "FunctionName",
            Trees.ref(name),
            "Qualifier",
            alias == null ? Trees.text("$LATEST") : properties.get("AutoPublishAlias"));
    Trees.copy(config, invoke, "MaximumEventAgeInSeconds", "MaximumRetryAttempts");
    if (config.has("DestinationConfig")) {
      var made = new SamDestinations(transform, name, source);
      var destinations = Json.object();
      for (var side : config.get("DestinationConfig").properties()) {
        destinations.set(
            side.getKey(),
            Trees.object("Destination", made.arn(id + side.getKey(), side.getValue())));
      }
      destinationPolicies.addAll(made.policies());
      invoke.set("DestinationConfig", destinations);
    }
    transform.add(id, "AWS::Lambda::EventInvokeConfig", invoke, source);
  }

  private void role() {
    var arns = Json.array();
    var seen = new HashSet<String>();
    execution("AWSLambdaBasicExecutionRole");
    var ordered = new ArrayList<>(managedPolicies);
    ordered.add(0, ordered.removeLast());
    for (var arn : ordered) {
      if (seen.add(arn)) {
        arns.add(Trees.sub(arn));
      }
    }
    var inline = Json.array();
    var policies = properties.path("Policies");
    int index = 0;
    for (var policy : policies.isArray() ? policies : List.of(policies)) {
      if (policy.isTextual()) {
        arns.add(
            policy.asText().startsWith("arn:")
                ? policy
                : Trees.sub(
                    "arn:${AWS::Partition}:iam::aws:policy/"
                        + PolicyTemplates.path(policy.asText())));
      } else if (policy.has("Statement")) {
        inline.add(named(index, policy));
      } else if (policy.isObject() && policy.size() == 1) {
        var key = policy.fieldNames().next();
        if (key.equals("Ref") || key.startsWith("Fn::")) {
          arns.add(policy);
        } else {
          inline.add(named(index, PolicyTemplates.document(name, key, policy.get(key))));
        }
      } else if (!policy.isMissingNode()) {
        throw SamErrors.resource(
            name, "Policy at index " + index + " in the 'Policies' property is not valid");
      }
      index++;
    }
    inline.addAll(destinationPolicies);
    var letters = properties.path("DeadLetterQueue");
    if (letters.isObject()) {
      inline.add(letterPolicy(letters));
    }
    var role =
        Trees.object(
            "AssumeRolePolicyDocument",
            properties.has("AssumeRolePolicyDocument")
                ? properties.get("AssumeRolePolicyDocument")
                : Json.parse(
                    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Action\":[\"sts:AssumeRole\"],\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"lambda.amazonaws.com\"]}}]}"),
            "ManagedPolicyArns",
            arns,
            "Tags",
            Trees.list(Trees.object("Key", "lambda:createdBy", "Value", "SAM")));
    if (!inline.isEmpty()) {
      role.set("Policies", inline);
    }
    if (properties.path("PropagateTags").asBoolean()) {
      ((ArrayNode) role.get("Tags")).addAll(Trees.tags(properties.path("Tags")));
    }
    Trees.copy(properties, role, "PermissionsBoundary");
    if (properties.has("RolePath")) {
      role.set("Path", properties.get("RolePath"));
    }
    transform.add(name + "Role", "AWS::IAM::Role", role, source);
  }

  private ObjectNode named(int index, JsonNode document) {
    return Trees.object("PolicyName", name + "RolePolicy" + index, "PolicyDocument", document);
  }

  private ObjectNode letterPolicy(JsonNode letters) {
    var action =
        switch (letters.path("Type").asText()) {
          case "SQS" -> "sqs:SendMessage";
          case "SNS" -> "sns:Publish";
          default ->
              throw SamErrors.resource(
                  name, "'DeadLetterQueue' requires Type of SQS or SNS and TargetArn");
        };
    var statement =
        Trees.object("Action", action, "Resource", letters.path("TargetArn"), "Effect", "Allow");
    return Trees.object(
        "PolicyName",
        "DeadLetterQueuePolicy",
        "PolicyDocument",
        Trees.object("Version", "2012-10-17", "Statement", Trees.list(statement)));
  }
}
