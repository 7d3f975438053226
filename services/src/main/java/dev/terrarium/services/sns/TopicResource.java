package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.PolicyResource;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.Tag;

/// `AWS::SNS::Topic`.
final class TopicResource implements ResourceType {
  private static final Map<String, String> ATTRIBUTES =
      Map.of(
          "ArchivePolicy", "ArchivePolicy",
          "ContentBasedDeduplication", "ContentBasedDeduplication",
          "DisplayName", "DisplayName",
          "FifoThroughputScope", "FifoThroughputScope",
          "KmsMasterKeyId", "KmsMasterKeyId",
          "SignatureVersion", "SignatureVersion",
          "TracingConfig", "TracingConfig");

  private static final Map<String, String> PROTOCOLS =
      Map.of(
          "http/s", "HTTP",
          "sqs", "SQS",
          "lambda", "Lambda",
          "firehose", "Firehose",
          "application", "Application");

  private final Cloud cloud;

  TopicResource(Cloud cloud) {
    this.cloud = cloud;
  }

  /// `AWS::SNS::TopicPolicy`.
  static ResourceType policy(Cloud cloud) {
    return new PolicyResource(
        "AWS::SNS::TopicPolicy",
        "Topics",
        (arn, policy) -> setPolicy(cloud, arn, policy),
        arn -> policyOf(cloud, arn),
        "NotFound");
  }

  /// `AWS::SNS::TopicInlinePolicy`: the policy of one.
  static ResourceType inlinePolicy(Cloud cloud) {
    return PolicyResource.ofOne(
        "AWS::SNS::TopicInlinePolicy",
        "TopicArn",
        (arn, policy) -> setPolicy(cloud, arn, policy),
        arn -> policyOf(cloud, arn),
        "NotFound");
  }

  private static void setPolicy(Cloud cloud, String arn, String policy) {
    cloud
        .client(SnsClient.class)
        .setTopicAttributes(r -> r.topicArn(arn).attributeName("Policy").attributeValue(policy));
  }

  private static @Nullable String policyOf(Cloud cloud, String arn) {
    return cloud
        .client(SnsClient.class)
        .getTopicAttributes(r -> r.topicArn(arn))
        .attributes()
        .get("Policy");
  }

  @Override
  public String name() {
    return "AWS::SNS::Topic";
  }

  @Override
  public List<Property> properties() {
    var properties = new ArrayList<>(ATTRIBUTES.keySet().stream().map(Property::of).toList());
    properties.add(Property.of("TopicName").replacing());
    properties.add(Property.of("FifoTopic").replacing());
    properties.add(Property.of("Subscription"));
    properties.add(Property.of("DeliveryStatusLogging"));
    properties.add(Property.of("Tags"));
    return properties;
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var fifo = properties.path("FifoTopic").asBoolean();
    var generated = fifo ? request.generatedName(250) + ".fifo" : request.generatedName(256);
    var name = properties.path("TopicName").asText(generated);
    var attributes = attributes(properties);
    if (fifo) {
      attributes.put("FifoTopic", "true");
    }
    var arn =
        sns().createTopic(r -> r.name(name).attributes(attributes).tags(tags(request))).topicArn();
    subscribe(arn, properties.path("Subscription"));
    return resource(arn);
  }

  private void subscribe(String arn, JsonNode subscriptions) {
    for (var one : subscriptions) {
      sns()
          .subscribe(r ->
              r.topicArn(arn)
                  .protocol(one.path("Protocol").asText())
                  .endpoint(one.path("Endpoint").asText()));
    }
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var arn = current.physicalId();
    var wanted = attributes(request.properties());
    attributes(previous).keySet().forEach(name -> wanted.putIfAbsent(name, ""));
    wanted.forEach((name, value) ->
        sns().setTopicAttributes(r -> r.topicArn(arn).attributeName(name).attributeValue(value)));
    var kept = request.properties().path("Subscription");
    for (var there : sns().listSubscriptionsByTopic(r -> r.topicArn(arn)).subscriptions()) {
      if (isIn(previous.path("Subscription"), there.protocol(), there.endpoint())
          && !isIn(kept, there.protocol(), there.endpoint())) {
        sns().unsubscribe(r -> r.subscriptionArn(there.subscriptionArn()));
      }
    }
    subscribe(arn, kept);
    var tags = tags(request);
    if (!tags.isEmpty()) {
      sns().tagResource(r -> r.resourceArn(arn).tags(tags));
    }
    return current;
  }

  private static boolean isIn(JsonNode subscriptions, String protocol, String endpoint) {
    for (var one : subscriptions) {
      if (one.path("Protocol").asText().equals(protocol)
          && one.path("Endpoint").asText().equals(endpoint)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Reading reading() {
    return Reading.of(
        "TopicArn",
        this::read,
        () -> sns().listTopics().topics().stream().map(topic -> topic.topicArn()).toList());
  }

  private State read(String arn) {
    var now = sns().getTopicAttributes(r -> r.topicArn(arn)).attributes();
    var properties = Json.object().put("TopicName", nameOf(arn));
    ATTRIBUTES.forEach((property, attribute) -> {
      var value = now.get(attribute);
      properties.set(
          property,
          value != null && value.startsWith("{")
              ? Json.parse(value)
              : Json.tree(value == null ? "" : value));
    });
    if (nameOf(arn).endsWith(".fifo")) {
      properties.put("FifoTopic", true);
    }
    return new State(resource(arn), properties);
  }

  private static String nameOf(String arn) {
    return arn.substring(arn.lastIndexOf(':') + 1);
  }

  private static Resource resource(String arn) {
    return new Resource(
        arn, Map.of("TopicArn", Json.tree(arn), "TopicName", Json.tree(nameOf(arn))));
  }

  @Override
  public void delete(Request request, Resource current) {
    sns().deleteTopic(r -> r.topicArn(current.physicalId()));
  }

  private static Map<String, String> attributes(ObjectNode properties) {
    var attributes = new HashMap<String, String>();
    ATTRIBUTES.forEach((property, attribute) -> {
      if (properties.has(property)) {
        var value = properties.get(property);
        attributes.put(attribute, value.isObject() ? Json.write(value) : value.asText());
      }
    });
    for (var log : properties.path("DeliveryStatusLogging")) {
      var protocol = PROTOCOLS.getOrDefault(log.path("Protocol").asText(), "");
      for (var name :
          List.of(
              "SuccessFeedbackRoleArn", "FailureFeedbackRoleArn", "SuccessFeedbackSampleRate")) {
        if (log.has(name)) {
          attributes.put(protocol + name, log.get(name).asText());
        }
      }
    }
    return attributes;
  }

  private static List<Tag> tags(Request request) {
    var tags = new HashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  private SnsClient sns() {
    return cloud.client(SnsClient.class);
  }
}
