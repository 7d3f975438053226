package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.HashSet;
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
  private final SamRole role;
  private @Nullable String alias;
  private @Nullable String aliasName;

  SamFunction(SamTransform transform, String name, ObjectNode source, ObjectNode properties) {
    this.transform = transform;
    this.name = name;
    this.source = source;
    this.properties = properties;
    this.role = new SamRole(name, properties);
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
      role.managed("AWSXRayDaemonWriteAccess");
    }
    if (properties.has("VpcConfig")) {
      role.managed("service-role/AWSLambdaVPCAccessExecutionRole");
    }
    if (properties.has("DeadLetterQueue")) {
      function.set(
          "DeadLetterConfig",
          Trees.object("TargetArn", role.letters(properties.get("DeadLetterQueue"))));
    }
    function.set(
        "Role",
        properties.has("Role") ? properties.get("Role") : Trees.attribute(name + "Role", "Arn"));
    var resource = transform.add(name, "AWS::Lambda::Function", function, source);
    Trees.copy(source, resource, "DependsOn", "Metadata");
    publish(function);
    url();
    invokeConfig();
    for (var event : properties.path("Events").properties()) {
      new SamEvent(this, transform, event.getKey(), event.getValue()).convert();
    }
    if (!properties.has("Role")) {
      transform.add(name + "Role", "AWS::IAM::Role", role.made(), source);
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

  /// What the function runs as.
  SamRole role() {
    return role;
  }

  private ObjectNode code() {
    var type = properties.path("PackageType").asText(properties.has("ImageUri") ? "Image" : "Zip");
    return switch (type) {
      case "Zip" -> zip();
      case "Image" -> image();
      default -> throw SamErrors.resource(name, "invalid 'PackageType' : " + type);
    };
  }

  private ObjectNode zip() {
    if (!properties.has("InlineCode") && !properties.has("CodeUri")) {
      throw SamErrors.resource(name, "Only one of 'InlineCode' or 'CodeUri' can be set.");
    }
    if (!properties.has("Runtime") || !properties.has("Handler")) {
      throw SamErrors.resource(
          name, "Runtime and Handler needs to be present when PackageType is of type `Zip`");
    }
    if (properties.has("ImageUri") || properties.has("ImageConfig")) {
      throw SamErrors.resource(
          name, "ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`");
    }
    return properties.has("InlineCode")
        ? Trees.object("ZipFile", properties.get("InlineCode"))
        : Code.location(name, "CodeUri", properties.get("CodeUri"));
  }

  private ObjectNode image() {
    if (!properties.has("ImageUri")) {
      throw SamErrors.resource(name, "'ImageUri' must be set.");
    }
    for (var property : List.of("Handler", "Runtime", "Layers")) {
      if (properties.has(property)) {
        throw SamErrors.resource(
            name, "Runtime, Handler, Layers cannot be present when PackageType is of type `Image`");
      }
    }
    return Trees.object("ImageUri", properties.get("ImageUri"));
  }

  private void publish(ObjectNode function) {
    if (!properties.has("AutoPublishAlias")) {
      if (properties.has("ProvisionedConcurrencyConfig")) {
        throw SamErrors.resource(
            name,
            "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function");
      }
      if (properties.has("DeploymentPreference")
          && SamDeployment.isEnabled(
              transform.values().in(properties.get("DeploymentPreference")))) {
        throw SamErrors.resource(
            name, "'DeploymentPreference' requires AutoPublishAlias property to be specified.");
      }
      return;
    }
    aliasName =
        transform.values().text(name, "AutoPublishAlias", properties.get("AutoPublishAlias"));
    var versionId = name + "Version" + digest(function);
    var version = Trees.object("FunctionName", Trees.ref(name));
    if (properties.has("VersionDescription")) {
      version.set("Description", properties.get("VersionDescription"));
    }
    var made = transform.add(versionId, "AWS::Lambda::Version", version, source);
    if (!made.has("DeletionPolicy")) {
      made.put("DeletionPolicy", "Retain");
    }
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

  /// What a version's logical id ends in: it changes with whatever a new version is to be published
  /// for.
  private String digest(ObjectNode function) {
    if (properties.has("AutoPublishCodeSha256")) {
      var given =
          transform
              .values()
              .text(name, "AutoPublishCodeSha256", properties.get("AutoPublishCodeSha256"));
      return given.substring(0, Math.min(10, given.length()));
    }
    if (properties.path("AutoPublishAliasAllProperties").asBoolean()) {
      return Trees.digest(function);
    }
    var content = (ObjectNode) transform.values().in(function.path("Code"));
    if (function.path("Environment") instanceof ObjectNode environment) {
      content.setAll(environment);
    }
    Trees.copy(function, content, "MemorySize");
    if (!function.path("SnapStart").path("ApplyOn").asText("None").equals("None")) {
      Trees.copy(function, content, "SnapStart");
    }
    return Trees.digest(content);
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
            Trees.text(aliasName == null ? "$LATEST" : aliasName));
    Trees.copy(config, invoke, "MaximumEventAgeInSeconds", "MaximumRetryAttempts");
    if (config.has("DestinationConfig")) {
      var made = new SamDestinations(transform, name, source);
      var destinations = Json.object();
      for (var side : config.get("DestinationConfig").properties()) {
        destinations.set(
            side.getKey(),
            Trees.object("Destination", made.arn(id + side.getKey(), side.getValue())));
      }
      made.policies().forEach(role::inline);
      invoke.set("DestinationConfig", destinations);
    }
    transform.add(id, "AWS::Lambda::EventInvokeConfig", invoke, source);
  }
}
