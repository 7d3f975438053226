package dev.terrarium.services.sqs;

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
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/// `AWS::SQS::Queue`.
final class QueueResource implements ResourceType {
  private static final List<String> ATTRIBUTES =
      List.of(
          "ContentBasedDeduplication",
          "DeduplicationScope",
          "DelaySeconds",
          "FifoThroughputLimit",
          "KmsDataKeyReusePeriodSeconds",
          "KmsMasterKeyId",
          "MaximumMessageSize",
          "MessageRetentionPeriod",
          "ReceiveMessageWaitTimeSeconds",
          "RedriveAllowPolicy",
          "RedrivePolicy",
          "SqsManagedSseEnabled",
          "VisibilityTimeout");

  private final Cloud cloud;

  QueueResource(Cloud cloud) {
    this.cloud = cloud;
  }

  /// `AWS::SQS::QueuePolicy`.
  static ResourceType policy(Cloud cloud) {
    return new PolicyResource(
        "AWS::SQS::QueuePolicy",
        "Queues",
        (url, policy) -> setPolicy(cloud, url, policy),
        url -> policyOf(cloud, url),
        "QueueDoesNotExist");
  }

  /// `AWS::SQS::QueueInlinePolicy`: the policy of one.
  static ResourceType inlinePolicy(Cloud cloud) {
    return PolicyResource.ofOne(
        "AWS::SQS::QueueInlinePolicy",
        "Queue",
        (url, policy) -> setPolicy(cloud, url, policy),
        url -> policyOf(cloud, url),
        "QueueDoesNotExist");
  }

  private static void setPolicy(Cloud cloud, String url, String policy) {
    var attributes = Map.of(QueueAttributeName.POLICY, policy);
    cloud.client(SqsClient.class).setQueueAttributes(r -> r.queueUrl(url).attributes(attributes));
  }

  private static @Nullable String policyOf(Cloud cloud, String url) {
    return cloud
        .client(SqsClient.class)
        .getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.POLICY))
        .attributes()
        .get(QueueAttributeName.POLICY);
  }

  @Override
  public String name() {
    return "AWS::SQS::Queue";
  }

  @Override
  public List<Property> properties() {
    var properties = new ArrayList<>(ATTRIBUTES.stream().map(Property::of).toList());
    properties.add(Property.of("QueueName").replacing());
    properties.add(Property.of("FifoQueue").replacing());
    properties.add(Property.of("Tags"));
    return properties;
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var fifo = properties.path("FifoQueue").asBoolean();
    var generated = fifo ? request.generatedName(75) + ".fifo" : request.generatedName(80);
    var name = properties.path("QueueName").asText(generated);
    var attributes = attributes(properties);
    if (fifo) {
      attributes.put("FifoQueue", "true");
    }
    var url =
        sqs()
            .createQueue(
                r -> r.queueName(name).attributesWithStrings(attributes).tags(tags(request)))
            .queueUrl();
    return describe(url, name);
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var url = current.physicalId();
    var attributes = attributes(request.properties());
    for (var attribute : attributes(previous).keySet()) {
      attributes.putIfAbsent(attribute, QueueAttributes.DEFAULTS.getOrDefault(attribute, ""));
    }
    if (!attributes.isEmpty()) {
      sqs().setQueueAttributes(r -> r.queueUrl(url).attributesWithStrings(attributes));
    }
    var wanted = tags(request);
    var there = sqs().listQueueTags(r -> r.queueUrl(url)).tags();
    var gone = there.keySet().stream().filter(tag -> !wanted.containsKey(tag)).toList();
    if (!gone.isEmpty()) {
      sqs().untagQueue(r -> r.queueUrl(url).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      sqs().tagQueue(r -> r.queueUrl(url).tags(wanted));
    }
    return current;
  }

  @Override
  public Reading reading() {
    return Reading.of("QueueUrl", this::read, () -> sqs().listQueues().queueUrls());
  }

  private State read(String url) {
    var now =
        sqs()
            .getQueueAttributes(r -> r.queueUrl(url).attributeNamesWithStrings("All"))
            .attributesAsStrings();
    var name = url.substring(url.lastIndexOf('/') + 1);
    var properties = Json.object().put("QueueName", name);
    for (var attribute : ATTRIBUTES) {
      var value = now.getOrDefault(attribute, QueueAttributes.DEFAULTS.get(attribute));
      if (value == null) {
        properties.putNull(attribute);
      } else if (attribute.startsWith("Redrive")) {
        properties.set(attribute, Json.parse(value));
      } else {
        properties.put(attribute, value);
      }
    }
    if (name.endsWith(".fifo")) {
      properties.put("FifoQueue", true);
    }
    return new State(describe(url, name), properties);
  }

  @Override
  public void delete(Request request, Resource current) {
    try {
      sqs().deleteQueue(r -> r.queueUrl(current.physicalId()));
    } catch (QueueDoesNotExistException e) {
      // Gone already is as good.
    }
  }

  private Resource describe(String url, String name) {
    var arn = QueueKey.ofUrl(url).arn();
    return new Resource(
        url,
        Map.of("Arn", Json.tree(arn), "QueueName", Json.tree(name), "QueueUrl", Json.tree(url)));
  }

  private static Map<String, String> attributes(ObjectNode properties) {
    var attributes = new HashMap<String, String>();
    for (var name : ATTRIBUTES) {
      var value = properties.get(name);
      if (value != null) {
        attributes.put(name, text(value));
      }
    }
    return attributes;
  }

  private static String text(JsonNode value) {
    return value.isObject() ? Json.write(value) : value.asText();
  }

  private static Map<String, String> tags(Request request) {
    var tags = new HashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags;
  }

  private SqsClient sqs() {
    return cloud.client(SqsClient.class);
  }
}
