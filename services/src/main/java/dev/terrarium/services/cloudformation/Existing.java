package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.ResourceType;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds what a change set with `ImportExistingResources` would have to import: resources with a
/// name of their own that are there already. Importing is refused; where nothing is there, such a
/// change set is like any other.
final class Existing {
  /// The property that names a resource, of the types that can tell whether it is there.
  private static final Map<String, String> NAMES =
      Map.of(
          "AWS::IAM::Role", "RoleName",
          "AWS::Lambda::Function", "FunctionName",
          "AWS::S3::Bucket", "BucketName",
          "AWS::SNS::Topic", "TopicName",
          "AWS::SQS::Queue", "QueueName");

  private final Cloud cloud;
  private final Types types;

  Existing(Cloud cloud, Types types) {
    this.cloud = cloud;
    this.types = types;
  }

  /// Refuses a plan that would have to import something.
  void refuse(StackRecord stack, Version version, Planner.Plan plan) {
    var found = new TreeMap<String, String>();
    for (var change : plan.changes()) {
      var resource = change.resourceChange();
      var properties = plan.added().get(resource.logicalResourceId());
      if (properties == null) {
        continue;
      }
      var physicalId = physicalId(resource.resourceType(), properties);
      if (physicalId != null) {
        var request =
            new ResourceType.Request(
                stack.id(),
                stack.name(),
                resource.logicalResourceId(),
                stack.id() + "/import",
                properties,
                version.tags());
        var live =
            types
                .get(resource.resourceType())
                .live(request, new ResourceType.Resource(physicalId, Map.of()));
        if (live instanceof ResourceType.Live.There) {
          found.put(resource.logicalResourceId(), physicalId);
        }
      }
    }
    if (!found.isEmpty()) {
      throw Errors.of(
          501, "NotImplemented", "Terrarium does not implement importing what is there: " + found);
    }
  }

  private @Nullable String physicalId(String type, ObjectNode properties) {
    var property = NAMES.get(type);
    var name = property == null ? "" : properties.path(property).asText();
    if (name.isEmpty() || name.contains(Planner.UNKNOWN.asText())) {
      return null;
    }
    var scope = Call.current().scope();
    return switch (type) {
      case "AWS::SNS::Topic" -> scope.arn("sns", name);
      case "AWS::SQS::Queue" -> cloud.endpoint() + "/" + scope.account() + "/" + name;
      default -> name;
    };
  }
}
