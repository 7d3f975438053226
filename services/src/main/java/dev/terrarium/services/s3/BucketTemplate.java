package dev.terrarium.services.s3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.Map;
import software.amazon.awssdk.services.s3.model.*;

/// The properties of `AWS::S3::Bucket` as the SDK's types.
///
/// See
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html>.
final class BucketTemplate {
  private BucketTemplate() {}

  static ServerSideEncryptionConfiguration encryption(JsonNode properties) {
    var node = Json.object();
    node.set("Rules", properties.path("ServerSideEncryptionConfiguration"));
    return Filling.build(
        ServerSideEncryptionConfiguration.builder(),
        node,
        Map.of("ServerSideEncryptionByDefault", "ApplyServerSideEncryptionByDefault"));
  }

  static CORSConfiguration cors(JsonNode properties) {
    return Filling.build(
        CORSConfiguration.builder(),
        properties,
        Map.of(
            "CorsRules", "CORSRules",
            "ExposedHeaders", "ExposeHeaders",
            "Id", "ID",
            "MaxAge", "MaxAgeSeconds"));
  }

  static BucketLifecycleConfiguration lifecycle(JsonNode properties) {
    var node = Json.object();
    var rules = node.putArray("Rules");
    for (var rule : properties.path("Rules")) {
      rules.add(lifecycleRule(rule.deepCopy()));
    }
    return Filling.build(BucketLifecycleConfiguration.builder(), node, Map.of("Id", "ID"));
  }

  private static ObjectNode lifecycleRule(ObjectNode rule) {
    var expiration = Json.object();
    move(rule, "ExpirationInDays", expiration, "Days");
    move(rule, "ExpirationDate", expiration, "Date");
    move(rule, "ExpiredObjectDeleteMarker", expiration, "ExpiredObjectDeleteMarker");
    if (!expiration.isEmpty()) {
      rule.set("Expiration", expiration);
    }
    var days = rule.remove("NoncurrentVersionExpirationInDays");
    if (days != null) {
      rule.putObject("NoncurrentVersionExpiration").set("NoncurrentDays", days);
    }
    transitions(rule, "Transition", "Transitions", "Days");
    transitions(
        rule, "NoncurrentVersionTransition", "NoncurrentVersionTransitions", "NoncurrentDays");
    lifecycleFilter(rule);
    return rule;
  }

  private static void transitions(ObjectNode rule, String one, String many, String days) {
    var transitions = Json.array();
    rule.path(many).forEach(transitions::add);
    var single = rule.remove(one);
    if (single != null) {
      transitions.add(single);
    }
    for (var transition : transitions) {
      move((ObjectNode) transition, "TransitionInDays", (ObjectNode) transition, days);
      move((ObjectNode) transition, "TransitionDate", (ObjectNode) transition, "Date");
    }
    if (!transitions.isEmpty()) {
      rule.set(many, transitions);
    }
  }

  /// A template has the parts of a filter beside each other; the API wants them together.
  private static void lifecycleFilter(ObjectNode rule) {
    var filter = Json.object();
    move(rule, "Prefix", filter, "Prefix");
    move(rule, "ObjectSizeGreaterThan", filter, "ObjectSizeGreaterThan");
    move(rule, "ObjectSizeLessThan", filter, "ObjectSizeLessThan");
    var tags = rule.remove("TagFilters");
    if (tags != null && !tags.isEmpty()) {
      if (tags.size() == 1 && filter.isEmpty()) {
        filter.set("Tag", tags.get(0));
      } else {
        filter.set("Tags", tags);
      }
    }
    if (filter.size() > 1 || filter.has("Tags")) {
      rule.putObject("Filter").set("And", filter);
    } else if (filter.isEmpty()) {
      rule.putObject("Filter").put("Prefix", "");
    } else {
      rule.set("Filter", filter);
    }
  }

  static LoggingEnabled logging(JsonNode properties, String bucket) {
    ObjectNode node = properties.deepCopy();
    if (!node.has("DestinationBucketName")) {
      node.put("DestinationBucketName", bucket);
    }
    if (!node.has("LogFilePrefix")) {
      node.put("LogFilePrefix", "");
    }
    return Filling.build(
        LoggingEnabled.builder(),
        node,
        Map.of("DestinationBucketName", "TargetBucket", "LogFilePrefix", "TargetPrefix"));
  }

  static NotificationConfiguration notification(JsonNode properties) {
    var node = Json.object();
    notifications(properties.path("TopicConfigurations"), node, "TopicConfigurations");
    notifications(properties.path("QueueConfigurations"), node, "QueueConfigurations");
    notifications(properties.path("LambdaConfigurations"), node, "LambdaFunctionConfigurations");
    if (properties.has("EventBridgeConfiguration")
        && properties.at("/EventBridgeConfiguration/EventBridgeEnabled").asBoolean(true)) {
      node.putObject("EventBridgeConfiguration");
    }
    return Filling.build(
        NotificationConfiguration.builder(),
        node,
        Map.of(
            "Event", "Events",
            "Topic", "TopicArn",
            "Queue", "QueueArn",
            "Function", "LambdaFunctionArn",
            "S3Key", "Key",
            "Rules", "FilterRules"));
  }

  private static void notifications(JsonNode from, ObjectNode to, String name) {
    if (!from.isEmpty()) {
      to.set(name, from);
    }
  }

  static ReplicationConfiguration replication(JsonNode properties) {
    return Filling.build(
        ReplicationConfiguration.builder(),
        properties,
        Map.of("Id", "ID", "TagFilter", "Tag", "TagFilters", "Tags"));
  }

  static WebsiteConfiguration website(JsonNode properties) {
    ObjectNode node = properties.deepCopy();
    var index = node.remove("IndexDocument");
    if (index != null) {
      node.putObject("IndexDocument").set("Suffix", index);
    }
    var error = node.remove("ErrorDocument");
    if (error != null) {
      node.putObject("ErrorDocument").set("Key", error);
    }
    return Filling.build(
        WebsiteConfiguration.builder(),
        node,
        Map.of("RedirectRule", "Redirect", "RoutingRuleCondition", "Condition"));
  }

  /// `PublicRead` as the API has it: `public-read`.
  static String cannedAcl(String name) {
    return name.equals("AwsExecRead")
        ? "aws-exec-read"
        : name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
  }

  private static void move(ObjectNode from, String name, ObjectNode to, String newName) {
    var value = from.remove(name);
    if (value != null) {
      to.set(newName, value);
    }
  }
}
