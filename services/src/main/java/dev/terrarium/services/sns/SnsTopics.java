package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.sns.Topic.TopicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.AddPermissionRequest;
import software.amazon.awssdk.services.sns.model.AddPermissionResponse;
import software.amazon.awssdk.services.sns.model.CreateTopicRequest;
import software.amazon.awssdk.services.sns.model.CreateTopicResponse;
import software.amazon.awssdk.services.sns.model.DeleteTopicRequest;
import software.amazon.awssdk.services.sns.model.DeleteTopicResponse;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesResponse;
import software.amazon.awssdk.services.sns.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.sns.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.sns.model.ListTopicsRequest;
import software.amazon.awssdk.services.sns.model.ListTopicsResponse;
import software.amazon.awssdk.services.sns.model.RemovePermissionRequest;
import software.amazon.awssdk.services.sns.model.RemovePermissionResponse;
import software.amazon.awssdk.services.sns.model.SetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetTopicAttributesResponse;
import software.amazon.awssdk.services.sns.model.Tag;
import software.amazon.awssdk.services.sns.model.TagResourceRequest;
import software.amazon.awssdk.services.sns.model.TagResourceResponse;
import software.amazon.awssdk.services.sns.model.UntagResourceRequest;
import software.amazon.awssdk.services.sns.model.UntagResourceResponse;

/// Topics themselves: made, described, changed, tagged, deleted.
final class SnsTopics implements SnsClient {
  private static final int PAGE = 100;
  private static final Set<String> SETTABLE =
      Set.of(
          "DeliveryPolicy",
          "DisplayName",
          "FifoTopic",
          "Policy",
          "SignatureVersion",
          "TracingConfig",
          "KmsMasterKeyId",
          "ContentBasedDeduplication",
          "FifoThroughputScope");

  private final SnsStore stored;

  SnsTopics(SnsStore stored) {
    this.stored = stored;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public CreateTopicResponse createTopic(CreateTopicRequest request) {
    var name = request.name();
    if (name == null || !TopicKey.isValidName(name)) {
      throw SnsErrors.invalid("Topic Name");
    }
    var attributes = new HashMap<>(request.attributes());
    attributes.forEach((attribute, value) -> check(attribute, value));
    var fifo = "true".equals(attributes.get("FifoTopic"));
    if (fifo != name.endsWith(".fifo")) {
      throw SnsErrors.invalid(
          fifo
              ? "Fifo Topic names must end with .fifo and must be made up of only uppercase and"
                  + " lowercase ASCII letters, numbers, underscores, and hyphens, and must be"
                  + " between 1 and 256 characters long."
              : "Topic Name");
    }
    if (!fifo && attributes.containsKey("ContentBasedDeduplication")) {
      throw SnsErrors.invalid("Content-based deduplication can only be set for FIFO topics");
    }
    attributes.values().removeIf(String::isEmpty);
    var scope = Call.current().scope();
    var key = new TopicKey(scope.account(), scope.region(), name);
    var there = stored.topics.get(key);
    if (there == null) {
      stored.save(new Topic(key, attributes, tags(request.tags())));
    } else {
      checkSame(there, attributes, tags(request.tags()));
    }
    return CreateTopicResponse.builder().topicArn(key.arn()).build();
  }

  private static void checkSame(
      Topic there, Map<String, String> attributes, Map<String, String> tags) {
    attributes.forEach((name, value) -> {
      if (!there.attribute(name).equals(value)) {
        throw SnsErrors.invalid(
            "Attributes Reason: Topic already exists with different attributes");
      }
    });
    if (!tags.isEmpty() && !there.tags().equals(tags)) {
      throw SnsErrors.invalid("Tags Reason: Topic already exists with different tags");
    }
  }

  static void check(@Nullable String name, @Nullable String value) {
    if (name == null || !SETTABLE.contains(name)) {
      throw SnsErrors.invalid("AttributeName");
    }
    if (value == null || value.isEmpty()) {
      return;
    }
    switch (name) {
      case "Policy", "DeliveryPolicy" -> {
        try {
          if (!Json.parse(value).isObject()) {
            throw SnsErrors.invalid(name + " Reason: must be a JSON object");
          }
        } catch (IllegalArgumentException e) {
          throw SnsErrors.invalid(
              name.equals("Policy")
                  ? "Policy Reason: Policy Error: null"
                  : "DeliveryPolicy Reason: failed to parse JSON");
        }
      }
      case "FifoTopic", "ContentBasedDeduplication" -> {
        if (!value.equals("true") && !value.equals("false")) {
          throw SnsErrors.invalid(name + " Reason: must be true or false");
        }
      }
      case "SignatureVersion" -> {
        if (!value.equals("1") && !value.equals("2")) {
          throw SnsErrors.invalid("SignatureVersion Reason: must be 1 or 2");
        }
      }
      case "TracingConfig" -> {
        if (!value.equals("Active") && !value.equals("PassThrough")) {
          throw SnsErrors.invalid("TracingConfig Reason: must be Active or PassThrough");
        }
      }
      default -> {
        // Any text.
      }
    }
  }

  @Override
  public DeleteTopicResponse deleteTopic(DeleteTopicRequest request) {
    var topic = stored.topics.get(TopicKey.of(request.topicArn()));
    if (topic != null) {
      stored.delete(topic);
    }
    return DeleteTopicResponse.builder().build();
  }

  @Override
  public ListTopicsResponse listTopics(ListTopicsRequest request) {
    var scope = Call.current().scope();
    var found = new ArrayList<software.amazon.awssdk.services.sns.model.Topic>();
    var last = new String[1];
    var after = request.nextToken() == null ? "" : request.nextToken();
    stored.topics.scanFrom(
        new TopicKey(scope.account(), scope.region(), after),
        (key, topic) -> {
          if (key.name().equals(after)) {
            return true;
          } else if (found.size() == PAGE) {
            last[0] = TopicKey.of(found.getLast().topicArn()).name();
            return false;
          }
          found.add(
              software.amazon.awssdk.services.sns.model.Topic.builder()
                  .topicArn(key.arn())
                  .build());
          return true;
        },
        scope.account(),
        scope.region());
    return ListTopicsResponse.builder().topics(found).nextToken(last[0]).build();
  }

  @Override
  public GetTopicAttributesResponse getTopicAttributes(GetTopicAttributesRequest request) {
    var topic = stored.topic(request.topicArn());
    var all = new LinkedHashMap<String, String>();
    all.put("TopicArn", topic.arn());
    all.put("Owner", topic.key().account());
    all.put("Policy", defaultPolicy(topic));
    all.put("DisplayName", "");
    var subscriptions = stored.subscriptions.list(topic.arn());
    var pending = subscriptions.stream().filter(Subscription::isPending).count();
    all.put("SubscriptionsPending", Long.toString(pending));
    all.put("SubscriptionsConfirmed", Long.toString(subscriptions.size() - pending));
    all.put("SubscriptionsDeleted", "0");
    all.put("EffectiveDeliveryPolicy", effectiveDeliveryPolicy(topic));
    if (topic.key().isFifo()) {
      all.put("FifoTopic", "true");
      all.put("ContentBasedDeduplication", "false");
      all.put("FifoThroughputScope", "Topic");
    }
    all.putAll(topic.attributes());
    return GetTopicAttributesResponse.builder().attributes(all).build();
  }

  private static String effectiveDeliveryPolicy(Topic topic) {
    var policy =
        Json.parse(
            """
            {"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,\
            "numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},\
            "disableSubscriptionOverrides":false,\
            "defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}\
            """);
    var own = topic.attribute("DeliveryPolicy");
    if (!own.isEmpty()) {
      ((ObjectNode) policy.get("http")).setAll((ObjectNode) Json.parse(own).path("http"));
    }
    return Json.write(policy);
  }

  private static String defaultPolicy(Topic topic) {
    var policy = Json.object().put("Version", "2008-10-17").put("Id", "__default_policy_ID");
    var statement = policy.putArray("Statement").addObject();
    statement.put("Sid", "__default_statement_ID").put("Effect", "Allow");
    statement.putObject("Principal").put("AWS", "*");
    var actions = statement.putArray("Action");
    List.of(
            "SNS:GetTopicAttributes",
            "SNS:SetTopicAttributes",
            "SNS:AddPermission",
            "SNS:RemovePermission",
            "SNS:DeleteTopic",
            "SNS:Subscribe",
            "SNS:ListSubscriptionsByTopic",
            "SNS:Publish")
        .forEach(actions::add);
    statement.put("Resource", topic.arn());
    statement
        .putObject("Condition")
        .putObject("StringEquals")
        .put("AWS:SourceOwner", topic.key().account());
    return Json.write(policy);
  }

  @Override
  public SetTopicAttributesResponse setTopicAttributes(SetTopicAttributesRequest request) {
    var topic = stored.topic(request.topicArn());
    check(request.attributeName(), request.attributeValue());
    if (request.attributeName().equals("FifoTopic")) {
      throw SnsErrors.invalid("AttributeName");
    }
    var attributes = new HashMap<>(topic.attributes());
    var value = request.attributeValue();
    if (value == null || value.isEmpty()) {
      attributes.remove(request.attributeName());
    } else {
      attributes.put(request.attributeName(), value);
    }
    stored.save(new Topic(topic.key(), attributes, topic.tags()));
    return SetTopicAttributesResponse.builder().build();
  }

  @Override
  public AddPermissionResponse addPermission(AddPermissionRequest request) {
    var topic = stored.topic(request.topicArn());
    var policy = policy(topic);
    ArrayNode statements = policy.withArray("Statement");
    for (var statement : statements) {
      if (statement.path("Sid").asText().equals(request.label())) {
        throw SnsErrors.invalid("Statement already exists");
      }
    }
    var statement = statements.addObject();
    statement.put("Sid", request.label()).put("Effect", "Allow");
    var principals = statement.putObject("Principal").putArray("AWS");
    request.awsAccountIds().forEach(id -> principals.add("arn:aws:iam::" + id + ":root"));
    var actions = statement.putArray("Action");
    request.actionNames().forEach(action -> actions.add("SNS:" + action));
    statement.put("Resource", topic.arn());
    savePolicy(topic, policy);
    return AddPermissionResponse.builder().build();
  }

  @Override
  public RemovePermissionResponse removePermission(RemovePermissionRequest request) {
    var topic = stored.topic(request.topicArn());
    var policy = policy(topic);
    ArrayNode statements = policy.withArray("Statement");
    for (int i = statements.size() - 1; i >= 0; i--) {
      if (statements.get(i).path("Sid").asText().equals(request.label())) {
        statements.remove(i);
      }
    }
    savePolicy(topic, policy);
    return RemovePermissionResponse.builder().build();
  }

  private static ObjectNode policy(Topic topic) {
    var own = topic.attribute("Policy");
    return (ObjectNode) Json.parse(own.isEmpty() ? defaultPolicy(topic) : own);
  }

  private void savePolicy(Topic topic, ObjectNode policy) {
    var attributes = new HashMap<>(topic.attributes());
    attributes.put("Policy", Json.write(policy));
    stored.save(new Topic(topic.key(), attributes, topic.tags()));
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    var tags = new ArrayList<Tag>();
    stored
        .topic(request.resourceArn())
        .tags()
        .forEach((name, value) -> tags.add(Tag.builder().key(name).value(value).build()));
    return ListTagsForResourceResponse.builder().tags(tags).build();
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    var topic = stored.topic(request.resourceArn());
    var tags = new HashMap<>(topic.tags());
    tags.putAll(tags(request.tags()));
    stored.save(new Topic(topic.key(), topic.attributes(), tags));
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    var topic = stored.topic(request.resourceArn());
    var tags = new HashMap<>(topic.tags());
    tags.keySet().removeAll(Set.copyOf(request.tagKeys()));
    stored.save(new Topic(topic.key(), topic.attributes(), tags));
    return UntagResourceResponse.builder().build();
  }

  private static Map<String, String> tags(List<Tag> list) {
    var tags = new HashMap<String, String>();
    for (var tag : list) {
      if (tags.put(tag.key(), tag.value()) != null) {
        throw SnsErrors.invalid("Duplicated keys are not allowed.");
      }
    }
    return tags;
  }
}
