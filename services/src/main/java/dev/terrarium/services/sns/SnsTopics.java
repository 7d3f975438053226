package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.sns.Topic.TopicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.sns.model.AddPermissionRequest;
import software.amazon.awssdk.services.sns.model.AddPermissionResponse;
import software.amazon.awssdk.services.sns.model.CreateTopicRequest;
import software.amazon.awssdk.services.sns.model.CreateTopicResponse;
import software.amazon.awssdk.services.sns.model.DeleteTopicRequest;
import software.amazon.awssdk.services.sns.model.DeleteTopicResponse;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesResponse;
import software.amazon.awssdk.services.sns.model.InvalidStateException;
import software.amazon.awssdk.services.sns.model.ListTopicsRequest;
import software.amazon.awssdk.services.sns.model.ListTopicsResponse;
import software.amazon.awssdk.services.sns.model.RemovePermissionRequest;
import software.amazon.awssdk.services.sns.model.RemovePermissionResponse;
import software.amazon.awssdk.services.sns.model.SetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetTopicAttributesResponse;

/// Topics themselves: made, described, changed, tagged, deleted.
final class SnsTopics implements SnsPart {
  private static final int PAGE = 100;
  private static final Set<String> ACTIONS =
      Set.of(
          "AddPermission",
          "DeleteTopic",
          "GetDataProtectionPolicy",
          "GetTopicAttributes",
          "ListSubscriptionsByTopic",
          "ListTagsForResource",
          "Publish",
          "PutDataProtectionPolicy",
          "RemovePermission",
          "SetTopicAttributes",
          "Subscribe");

  private final SnsStore stored;

  private final Archive archive;

  SnsTopics(SnsStore stored, Archive archive) {
    this.stored = stored;
    this.archive = archive;
  }

  @Override
  public CreateTopicResponse createTopic(CreateTopicRequest request) {
    var name = request.name();
    if (name == null) {
      throw SnsErrors.required("name");
    }
    var attributes = new HashMap<>(request.attributes());
    var fifo = "true".equalsIgnoreCase(attributes.get("FifoTopic"));
    if (fifo && !(name.endsWith(".fifo") && TopicKey.isValidName(name))) {
      throw SnsErrors.invalid(
          "Fifo Topic names must end with .fifo and must be made up of only uppercase and"
              + " lowercase ASCII letters, numbers, underscores, and hyphens, and must be"
              + " between 1 and 256 characters long.");
    } else if (!fifo && (name.endsWith(".fifo") || !TopicKey.isValidName(name))) {
      throw SnsErrors.invalid("Topic Name");
    }
    attributes.forEach(
        (attribute, value) -> TopicAttributes.check(fifo, attribute, value, "Attributes Reason: "));
    if (request.dataProtectionPolicy() != null) {
      throw Errors.notImplemented("sns", "PutDataProtectionPolicy");
    }
    SnsTags.checkCount(request.tags().size());
    attributes.replaceAll((attribute, value) ->
        attribute.equals("FifoTopic") ? value.toLowerCase(Locale.ROOT) : value);
    attributes
        .entrySet()
        .removeIf(given -> TopicAttributes.clears(given.getKey(), given.getValue()));
    archived(attributes, "");
    var scope = Call.current().scope();
    var key = new TopicKey(scope.account(), scope.region(), name);
    var tags = SnsTags.map(request.tags());
    stored.alone(key.arn(), () -> make(new Topic(key, attributes, tags)));
    return CreateTopicResponse.builder().topicArn(key.arn()).build();
  }

  private Topic make(Topic wanted) {
    var there = stored.topics.get(wanted.key());
    if (there == null) {
      stored.save(wanted);
    } else {
      checkSame(there, wanted.attributes(), wanted.tags());
    }
    return wanted;
  }

  private static void checkSame(
      Topic there, Map<String, String> attributes, Map<String, String> tags) {
    attributes.forEach((name, value) -> {
      if (!name.equals(Archive.BEGINNING) && !there.attribute(name).equals(value)) {
        throw SnsErrors.invalid(
            "Attributes Reason: Topic already exists with different attributes");
      }
    });
    if (!tags.isEmpty() && !there.tags().equals(tags)) {
      throw SnsErrors.invalid("Tags Reason: Topic already exists with different tags");
    }
  }

  /// Notes since when messages are kept, where that begins or ends.
  private void archived(Map<String, String> attributes, String before) {
    if (attributes.getOrDefault("ArchivePolicy", "").isEmpty()) {
      attributes.remove(Archive.BEGINNING);
    } else if (before.isEmpty()) {
      attributes.put(Archive.BEGINNING, stored.cloud.clock().now().toString());
    }
  }

  @Override
  public DeleteTopicResponse deleteTopic(DeleteTopicRequest request) {
    return stored.alone(request.topicArn(), () -> delete(request));
  }

  private DeleteTopicResponse delete(DeleteTopicRequest request) {
    var topic = stored.topics.get(TopicKey.of(request.topicArn()));
    if (topic != null) {
      if (!topic.attribute("ArchivePolicy").isEmpty()) {
        throw Errors.of(
            InvalidStateException.builder(),
            400,
            "InvalidState",
            "Topic cannot be deleted while it has an ArchivePolicy");
      }
      stored.delete(topic, archive);
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
    if (all.containsKey(Archive.BEGINNING)) {
      all.put(Archive.BEGINNING, Envelope.timestamp(archive.beginning(topic).toEpochMilli()));
    }
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
    return stored.alone(request.topicArn(), () -> set(request));
  }

  private SetTopicAttributesResponse set(SetTopicAttributesRequest request) {
    var topic = stored.topic(request.topicArn());
    var name = request.attributeName();
    if (name == null) {
      throw SnsErrors.required("attributeName");
    }
    TopicAttributes.check(topic.key().isFifo(), name, request.attributeValue(), "");
    if (name.equals("FifoTopic")) {
      throw SnsErrors.invalid("AttributeName");
    }
    var attributes = new HashMap<>(topic.attributes());
    var value = request.attributeValue();
    if (value == null || TopicAttributes.clears(name, value)) {
      attributes.remove(name);
    } else {
      attributes.put(name, value);
    }
    archived(attributes, topic.attribute("ArchivePolicy"));
    stored.save(new Topic(topic.key(), attributes, topic.tags()));
    return SetTopicAttributesResponse.builder().build();
  }

  @Override
  public AddPermissionResponse addPermission(AddPermissionRequest request) {
    return stored.alone(request.topicArn(), () -> permit(request));
  }

  private AddPermissionResponse permit(AddPermissionRequest request) {
    if (request.label() == null) {
      throw SnsErrors.required("label");
    }
    var topic = stored.topic(request.topicArn());
    var policy = policy(topic);
    for (var action : request.actionNames()) {
      if (!action.equals("*") && !ACTIONS.contains(action)) {
        throw SnsErrors.invalid("Policy statement action out of service scope!");
      }
    }
    ArrayNode statements = policy.withArray("Statement");
    for (var statement : statements) {
      if (statement.path("Sid").asText().equals(request.label())) {
        throw SnsErrors.invalid("Statement already exists");
      }
    }
    var statement = statements.addObject();
    statement.put("Sid", request.label()).put("Effect", "Allow");
    put(
        statement.putObject("Principal"),
        "AWS",
        request.awsAccountIds().stream().map(id -> "arn:aws:iam::" + id + ":root").toList());
    put(statement, "Action", request.actionNames().stream().map(a -> "SNS:" + a).toList());
    statement.put("Resource", topic.arn());
    savePolicy(topic, policy);
    return AddPermissionResponse.builder().build();
  }

  /// A list of one is written as the one.
  private static void put(ObjectNode node, String name, List<String> values) {
    if (values.size() == 1) {
      node.put(name, values.getFirst());
    } else {
      values.forEach(node.putArray(name)::add);
    }
  }

  @Override
  public RemovePermissionResponse removePermission(RemovePermissionRequest request) {
    return stored.alone(request.topicArn(), () -> forbid(request));
  }

  private RemovePermissionResponse forbid(RemovePermissionRequest request) {
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
}
