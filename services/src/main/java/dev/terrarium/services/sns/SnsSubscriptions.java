package dev.terrarium.services.sns;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.ConfirmSubscriptionRequest;
import software.amazon.awssdk.services.sns.model.ConfirmSubscriptionResponse;
import software.amazon.awssdk.services.sns.model.GetSubscriptionAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetSubscriptionAttributesResponse;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsByTopicRequest;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsByTopicResponse;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsRequest;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsResponse;
import software.amazon.awssdk.services.sns.model.SetSubscriptionAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetSubscriptionAttributesResponse;
import software.amazon.awssdk.services.sns.model.SubscribeRequest;
import software.amazon.awssdk.services.sns.model.SubscribeResponse;
import software.amazon.awssdk.services.sns.model.UnsubscribeRequest;
import software.amazon.awssdk.services.sns.model.UnsubscribeResponse;

/// Subscriptions: made, confirmed, described, changed, ended.
final class SnsSubscriptions implements SnsClient {
  private static final int PAGE = 100;
  private static final Set<String> PROTOCOLS =
      Set.of("sqs", "lambda", "http", "https", "email", "email-json", "sms");
  private static final Set<String> SETTABLE =
      Set.of(
          "DeliveryPolicy",
          "FilterPolicy",
          "FilterPolicyScope",
          "RawMessageDelivery",
          "RedrivePolicy");

  private final Cloud cloud;
  private final SnsStore stored;
  private final Workers workers;

  SnsSubscriptions(Cloud cloud, SnsStore stored, Workers workers) {
    this.cloud = cloud;
    this.stored = stored;
    this.workers = workers;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public SubscribeResponse subscribe(SubscribeRequest request) {
    var topic = stored.topic(request.topicArn());
    var protocol = request.protocol();
    var endpoint = request.endpoint();
    if (protocol == null || !PROTOCOLS.contains(protocol)) {
      throw SnsErrors.invalid("Amazon SNS does not support this protocol string: " + protocol);
    }
    checkEndpoint(topic, protocol, endpoint);
    request.attributes().forEach((name, value) -> check(protocol, name, value));
    var attributes = new HashMap<>(request.attributes());
    attributes.values().removeIf(String::isEmpty);
    for (var there : stored.subscriptions.list(topic.arn())) {
      if (there.protocol().equals(protocol) && there.endpoint().equals(endpoint)) {
        return again(there, attributes, request.returnSubscriptionArn());
      }
    }
    var mustConfirm = protocol.startsWith("http") || protocol.startsWith("email");
    var subscription =
        new Subscription(
            topic.arn(),
            cloud.ids().uuid(),
            protocol,
            endpoint,
            Call.current().account(),
            attributes,
            mustConfirm ? cloud.ids().hex(128) : "");
    stored.save(subscription);
    if (mustConfirm) {
      askForConfirmation(subscription);
    }
    return response(subscription, request.returnSubscriptionArn());
  }

  private static SubscribeResponse again(
      Subscription there, Map<String, String> attributes, @Nullable Boolean returnArn) {
    if (!attributes.isEmpty() && !there.attributes().equals(attributes)) {
      throw SnsErrors.invalid(
          "Attributes Reason: Subscription already exists with different attributes");
    }
    return response(there, returnArn);
  }

  private static SubscribeResponse response(
      Subscription subscription, @Nullable Boolean returnArn) {
    var arn =
        subscription.isPending() && !Boolean.TRUE.equals(returnArn)
            ? "pending confirmation"
            : subscription.arn();
    return SubscribeResponse.builder().subscriptionArn(arn).build();
  }

  private void askForConfirmation(Subscription subscription) {
    var now = cloud.clock();
    var request =
        new Notification(
            cloud.ids().uuid(),
            subscription.topicArn(),
            "",
            "",
            "",
            Map.of(),
            now.millis(),
            "",
            "",
            "",
            Call.current().cause().header());
    var batch = new Batch();
    workers.add(batch, subscription, request, 0, now.now());
    cloud.store().commit(batch);
  }

  private static void checkEndpoint(Topic topic, String protocol, @Nullable String endpoint) {
    if (endpoint == null || endpoint.isEmpty()) {
      throw SnsErrors.invalid("Endpoint");
    }
    switch (protocol) {
      case "sqs", "lambda" -> {
        var arn = Arn.of(endpoint).filter(a -> a.service().equals(protocol));
        if (arn.isEmpty()) {
          throw SnsErrors.invalid((protocol.equals("sqs") ? "SQS" : "Lambda") + " endpoint ARN");
        }
        if (arn.get().resource().endsWith(".fifo") && !topic.key().isFifo()) {
          throw SnsErrors.invalid(
              "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to"
                  + " standard SNS topics");
        }
      }
      case "http", "https" -> {
        if (!endpoint.startsWith(protocol + "://")) {
          throw SnsErrors.invalid("Endpoint must match the specified protocol");
        }
      }
      case "email", "email-json" -> {
        if (!endpoint.contains("@")) {
          throw SnsErrors.invalid("Email address");
        }
      }
      default -> {
        if (!endpoint.matches("\\+?[0-9 .()/-]{4,30}")) {
          throw SnsErrors.invalid("SMS endpoint");
        }
      }
    }
    if (topic.key().isFifo() && !protocol.equals("sqs")) {
      throw SnsErrors.invalid(
          "Endpoint Reason: Please use FIFO SQS queue or standard SQS queue as the endpoint");
    }
  }

  private static void check(String protocol, @Nullable String name, @Nullable String value) {
    if (name == null || !SETTABLE.contains(name)) {
      throw SnsErrors.invalid("AttributeName");
    }
    if (value == null || value.isEmpty()) {
      return;
    }
    switch (name) {
      case "FilterPolicy" -> Filter.check(value);
      case "FilterPolicyScope" -> {
        if (!value.equals("MessageAttributes") && !value.equals("MessageBody")) {
          throw SnsErrors.invalid(
              "FilterPolicyScope: Invalid value ["
                  + value
                  + "]. Please use either"
                  + " MessageBody or MessageAttributes");
        }
      }
      case "RawMessageDelivery" -> {
        if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
          throw SnsErrors.invalid(
              "Attributes Reason: RawMessageDelivery: Invalid value ["
                  + value
                  + "]. Must be true or false.");
        }
        if (value.equals("true")
            && !Set.of("sqs", "http", "https", "firehose").contains(protocol)) {
          throw SnsErrors.invalid(
              "Attributes Reason: Delivery protocol ["
                  + protocol
                  + "] does not support raw message delivery.");
        }
      }
      default -> {
        try {
          if (!Json.parse(value).isObject()) {
            throw SnsErrors.invalid(name + ": must be a JSON object");
          }
        } catch (IllegalArgumentException e) {
          throw SnsErrors.invalid(name + ": failed to parse JSON");
        }
        if (name.equals("RedrivePolicy")) {
          var target = Json.parse(value).path("deadLetterTargetArn").asText();
          if (Arn.of(target).filter(a -> a.service().equals("sqs")).isEmpty()) {
            throw SnsErrors.invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn");
          }
        }
      }
    }
  }

  @Override
  public ConfirmSubscriptionResponse confirmSubscription(ConfirmSubscriptionRequest request) {
    var topic = stored.topic(request.topicArn());
    var token = request.token();
    for (var subscription : stored.subscriptions.list(topic.arn())) {
      if (subscription.isPending() && subscription.token().equals(token)) {
        stored.save(subscription.confirmed());
        return ConfirmSubscriptionResponse.builder().subscriptionArn(subscription.arn()).build();
      }
    }
    throw SnsErrors.invalid("Token");
  }

  @Override
  public UnsubscribeResponse unsubscribe(UnsubscribeRequest request) {
    var arn = request.subscriptionArn();
    if (arn == null) {
      throw SnsErrors.invalid("SubscriptionArn Reason: no value for required parameter");
    }
    var subscription = stored.subscriptions.get(Subscription.SubscriptionKey.of(arn));
    if (subscription != null) {
      stored.delete(subscription);
    }
    return UnsubscribeResponse.builder().build();
  }

  @Override
  public ListSubscriptionsResponse listSubscriptions(ListSubscriptionsRequest request) {
    var scope = Call.current().scope();
    var prefix = scope.arn("sns", "");
    var all =
        stored.subscriptions.list().stream()
            .filter(subscription -> subscription.topicArn().startsWith(prefix))
            .toList();
    var page = page(all, request.nextToken());
    return ListSubscriptionsResponse.builder()
        .subscriptions(page.stream().map(SnsSubscriptions::view).toList())
        .nextToken(next(all, page))
        .build();
  }

  @Override
  public ListSubscriptionsByTopicResponse listSubscriptionsByTopic(
      ListSubscriptionsByTopicRequest request) {
    var topic = stored.topic(request.topicArn());
    var all = stored.subscriptions.list(topic.arn());
    var page = page(all, request.nextToken());
    return ListSubscriptionsByTopicResponse.builder()
        .subscriptions(page.stream().map(SnsSubscriptions::view).toList())
        .nextToken(next(all, page))
        .build();
  }

  private static List<Subscription> page(List<Subscription> all, @Nullable String token) {
    var page = new ArrayList<Subscription>();
    boolean started = token == null;
    for (var subscription : all) {
      if (started && page.size() < PAGE) {
        page.add(subscription);
      }
      started |= subscription.arn().equals(token);
    }
    return page;
  }

  private static @Nullable String next(List<Subscription> all, List<Subscription> page) {
    return page.isEmpty() || all.getLast().equals(page.getLast()) ? null : page.getLast().arn();
  }

  private static software.amazon.awssdk.services.sns.model.Subscription view(
      Subscription subscription) {
    return software.amazon.awssdk.services.sns.model.Subscription.builder()
        .subscriptionArn(subscription.shownArn())
        .owner(subscription.owner())
        .protocol(subscription.protocol())
        .endpoint(subscription.endpoint())
        .topicArn(subscription.topicArn())
        .build();
  }

  @Override
  public GetSubscriptionAttributesResponse getSubscriptionAttributes(
      GetSubscriptionAttributesRequest request) {
    var subscription = stored.subscription(request.subscriptionArn());
    var all = new LinkedHashMap<String, String>();
    all.put("SubscriptionArn", subscription.arn());
    all.put("Owner", subscription.owner());
    all.put("TopicArn", subscription.topicArn());
    all.put("Protocol", subscription.protocol());
    all.put("Endpoint", subscription.endpoint());
    all.put("RawMessageDelivery", "false");
    all.put("PendingConfirmation", Boolean.toString(subscription.isPending()));
    all.put("ConfirmationWasAuthenticated", Boolean.toString(!subscription.isPending()));
    all.put("SubscriptionPrincipal", "arn:aws:iam::" + subscription.owner() + ":root");
    all.putAll(subscription.attributes());
    if (all.containsKey("FilterPolicy")) {
      all.putIfAbsent("FilterPolicyScope", "MessageAttributes");
    }
    return GetSubscriptionAttributesResponse.builder().attributes(all).build();
  }

  @Override
  public SetSubscriptionAttributesResponse setSubscriptionAttributes(
      SetSubscriptionAttributesRequest request) {
    var subscription = stored.subscription(request.subscriptionArn());
    check(subscription.protocol(), request.attributeName(), request.attributeValue());
    var attributes = new HashMap<>(subscription.attributes());
    var value = request.attributeValue();
    if (value == null || value.isEmpty()) {
      attributes.remove(request.attributeName());
    } else {
      attributes.put(request.attributeName(), value);
    }
    stored.save(subscription.with(attributes));
    return SetSubscriptionAttributesResponse.builder().build();
  }
}
