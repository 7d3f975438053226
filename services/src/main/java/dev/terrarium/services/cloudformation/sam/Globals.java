package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The `Globals` section: what all resources of a kind have in common.
final class Globals {
  /// What may be common to the resources of a kind; of those whose resources are refused anyhow,
  /// anything.
  private static final Map<String, List<String>> KINDS = kinds();

  private Globals() {}

  private static Map<String, List<String>> kinds() {
    var kinds = new TreeMap<String, List<String>>();
    kinds.put("Api", List.of());
    kinds.put(
        "Function",
        List.of(
            "Handler",
            "Runtime",
            "CodeUri",
            "DeadLetterQueue",
            "Description",
            "MemorySize",
            "Timeout",
            "VpcConfig",
            "Environment",
            "Tags",
            "PropagateTags",
            "Tracing",
            "KmsKeyArn",
            "AutoPublishAlias",
            "AutoPublishAliasAllProperties",
            "Layers",
            "DeploymentPreference",
            "RolePath",
            "PermissionsBoundary",
            "ReservedConcurrentExecutions",
            "ProvisionedConcurrencyConfig",
            "AssumeRolePolicyDocument",
            "EventInvokeConfig",
            "FileSystemConfigs",
            "CodeSigningConfigArn",
            "Architectures",
            "SnapStart",
            "EphemeralStorage",
            "FunctionUrlConfig",
            "RuntimeManagementConfig",
            "LoggingConfig",
            "RecursiveLoop"));
    kinds.put("HttpApi", List.of());
    kinds.put("LayerVersion", List.of("PublishLambdaVersion"));
    kinds.put("SimpleTable", List.of("SSESpecification"));
    kinds.put("StateMachine", List.of());
    return kinds;
  }

  /// The properties of a resource, merged over the common ones.
  ///
  /// @param ignored the common ones that are not this resource's: a list, or `*`
  static ObjectNode merged(JsonNode globals, String kind, ObjectNode properties, JsonNode ignored) {
    if (!(globals.path(kind) instanceof ObjectNode common) || ignored.asText().equals("*")) {
      return properties;
    }
    var inherited = common.deepCopy();
    ignored.forEach(property -> inherited.remove(property.asText()));
    return (ObjectNode) merge(inherited, properties);
  }

  static void check(JsonNode globals) {
    for (var kind : globals.properties()) {
      var known = KINDS.get(kind.getKey());
      if (known == null) {
        throw invalid(
            "'%s' is not supported. Must be one of the following values - %s"
                .formatted(kind.getKey(), shown(KINDS.keySet())));
      }
      for (var property : kind.getValue().properties()) {
        if (!known.isEmpty() && !known.contains(property.getKey())) {
          throw invalid(
              "'%s' is not a supported property of '%s'. Must be one of the following values - %s"
                  .formatted(property.getKey(), kind.getKey(), shown(known)));
        }
      }
    }
  }

  private static String shown(Collection<String> names) {
    return names.stream().collect(Collectors.joining("', '", "['", "']"));
  }

  private static TemplateException invalid(String problem) {
    return new TemplateException(
        "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: 1. 'Globals' section is invalid. "
            + problem);
  }

  /// Maps are merged, lists appended, all else is the resource's own.
  private static JsonNode merge(JsonNode common, JsonNode own) {
    if (common.isObject() && own.isObject()) {
      var intrinsic = own.size() == 1 && isFunction(own.fieldNames().next());
      if (intrinsic || common.size() == 1 && isFunction(common.fieldNames().next())) {
        return own;
      }
      var merged = (ObjectNode) common.deepCopy();
      own.properties()
          .forEach(entry -> {
            var before = merged.get(entry.getKey());
            merged.set(
                entry.getKey(),
                before == null ? entry.getValue() : merge(before, entry.getValue()));
          });
      return merged;
    }
    if (common.isArray() && own.isArray()) {
      var all = Json.array();
      common.forEach(all::add);
      own.forEach(all::add);
      return all;
    }
    return own;
  }

  private static boolean isFunction(String name) {
    return name.equals("Ref") || name.startsWith("Fn::");
  }
}
