package dev.terrarium.services.cloudformation.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The attributes of a resource beside its properties that say how it is made, changed and removed,
/// as far as they depend on its type.
final class ResourceAttributes {
  private static final Set<String> POLICIES =
      Set.of("Delete", "Retain", "Snapshot", "RetainExceptOnCreate");

  /// The types that can leave a snapshot when they go.
  private static final Set<String> SNAPSHOTS =
      Set.of(
          "AWS::DocDB::DBCluster",
          "AWS::EC2::Volume",
          "AWS::ElastiCache::CacheCluster",
          "AWS::ElastiCache::ReplicationGroup",
          "AWS::Neptune::DBCluster",
          "AWS::RDS::DBCluster",
          "AWS::RDS::DBInstance",
          "AWS::Redshift::Cluster");

  /// What may stand in `CreationPolicy`, by type.
  private static final Map<String, Set<String>> CREATION =
      Map.of("AWS::CloudFormation::WaitCondition", Set.of("ResourceSignal"));

  /// What may stand in `UpdatePolicy`, by type.
  private static final Map<String, Set<String>> UPDATE =
      Map.of("AWS::Lambda::Alias", Set.of("CodeDeployLambdaAliasUpdate"));

  private ResourceAttributes() {}

  static void check(String name, JsonNode definition) {
    var type = definition.path("Type").asText();
    policy(definition, name, "DeletionPolicy", "deletion policy");
    policy(definition, name, "UpdateReplacePolicy", "update replace policy");
    known(definition, name, "CreationPolicy", CREATION.get(type));
    known(definition, name, "UpdatePolicy", UPDATE.get(type));
  }

  private static void policy(JsonNode definition, String name, String policy, String words) {
    var value = definition.path(policy);
    var type = definition.path("Type").asText();
    if (value.asText().equals("Snapshot") && !SNAPSHOTS.contains(type)) {
      throw new TemplateException(
          "Template error: resource type %s does not support %s Snapshot".formatted(type, words));
    }
    if (value.isTextual() && !POLICIES.contains(value.asText())) {
      throw new TemplateException(
          "Template format error: Unrecognized %s %s for resource %s"
              .formatted(policy, value.asText(), name));
    }
  }

  private static void known(
      JsonNode definition, String name, String attribute, @Nullable Set<String> members) {
    if (!definition.has(attribute)) {
      return;
    }
    if (members == null) {
      throw new TemplateException(
          "Template format error: Resource type %s does not support attribute {%s}"
              .formatted(definition.path("Type").asText(), attribute));
    }
    var unknown = new TreeSet<String>();
    definition.get(attribute).fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(members);
    if (!unknown.isEmpty()) {
      throw new TemplateException(
          "Template format error: [/Resources/%s/%s] Encountered unsupported property %s"
              .formatted(name, attribute, unknown.first()));
    }
  }
}
