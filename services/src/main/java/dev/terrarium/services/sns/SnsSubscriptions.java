package dev.terrarium.services.sns;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.sns.Subscription.SubscriptionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
final class SnsSubscriptions implements SnsPart {
  private static final int PAGE = 100;
  private final Cloud cloud;
  private final SnsStore stored;
  private final Workers workers;
  private final Archive archive;

  SnsSubscriptions(Cloud cloud, SnsStore stored, Workers workers, Archive archive) {
    this.archive = archive;
    this.cloud = cloud;
    this.stored = stored;
    this.workers = workers;
  }

  @Override
  public SubscribeResponse subscribe(SubscribeRequest request) {
    return stored.alone(request.topicArn(), () -> make(request));
  }

  private SubscribeResponse make(SubscribeRequest request) {
    var topic = stored.topic(request.topicArn());
    var protocol = request.protocol();
    var endpoint = request.endpoint();
    SubscriptionAttributes.checkEndpoint(topic, protocol, endpoint);
    SubscriptionAttributes.checkAll(topic, protocol, request.attributes());
    var attributes = new HashMap<>(request.attributes());
    attributes.values().removeIf(String::isEmpty);
    attributes.replaceAll(SubscriptionAttributes::kept);
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
            mustConfirm ? cloud.ids().hex(288) : "");
    save(topic, subscription, attributes.containsKey("ReplayPolicy"));
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

  private void save(Topic topic, Subscription subscription, boolean replays) {
    stored.locks.with(
        topic.arn(),
        () -> {
          var batch = new Batch();
          stored.save(batch, subscription);
          if (replays) {
            archive.replay(batch, topic, subscription, workers);
          }
          cloud.store().commit(batch);
          return null;
        });
  }

  @Override
  public ConfirmSubscriptionResponse confirmSubscription(ConfirmSubscriptionRequest request) {
    return stored.alone(request.topicArn(), () -> confirm(request));
  }

  private ConfirmSubscriptionResponse confirm(ConfirmSubscriptionRequest request) {
    var topic = stored.topic(request.topicArn());
    var token = request.token();
    if (token == null) {
      throw SnsErrors.required("token");
    }
    var before = stored.confirmed.get(token);
    if (before != null && before.startsWith(topic.arn() + ":")) {
      return ConfirmSubscriptionResponse.builder().subscriptionArn(before).build();
    }
    for (var subscription : stored.subscriptions.list(topic.arn())) {
      if (subscription.isPending() && subscription.token().equals(token)) {
        var batch = new Batch();
        var authenticated = "true".equalsIgnoreCase(request.authenticateOnUnsubscribe());
        stored.save(batch, subscription.confirmed(authenticated));
        stored.confirmed.put(batch, token, subscription.arn());
        cloud.store().commit(batch);
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
      stored.alone(
          subscription.topicArn(),
          () -> {
            stored.delete(subscription);
            return null;
          });
    }
    return UnsubscribeResponse.builder().build();
  }

  @Override
  public ListSubscriptionsResponse listSubscriptions(ListSubscriptionsRequest request) {
    var scope = Call.current().scope();
    var prefix = scope.arn("sns", "");
    var token = request.nextToken();
    var from = token == null ? new SubscriptionKey(prefix, "") : SubscriptionKey.of(token);
    var page = new ArrayList<Subscription>();
    stored.subscriptions.scanFrom(
        from,
        (key, subscription) -> {
          if (!key.topicArn().startsWith(prefix)) {
            return false;
          }
          page.add(subscription);
          return page.size() <= PAGE;
        });
    return ListSubscriptionsResponse.builder()
        .subscriptions(page.stream().limit(PAGE).map(SnsSubscriptions::view).toList())
        .nextToken(page.size() > PAGE ? page.getLast().arn() : null)
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
    if (all.containsKey("ReplayPolicy")) {
      all.put("ReplayStatus", "Completed");
    }
    return GetSubscriptionAttributesResponse.builder().attributes(all).build();
  }

  @Override
  public SetSubscriptionAttributesResponse setSubscriptionAttributes(
      SetSubscriptionAttributesRequest request) {
    return stored.alone(
        stored.subscription(request.subscriptionArn()).topicArn(), () -> set(request));
  }

  private SetSubscriptionAttributesResponse set(SetSubscriptionAttributesRequest request) {
    var subscription = stored.subscription(request.subscriptionArn());
    var name = request.attributeName();
    if (name == null) {
      throw SnsErrors.required("attributeName");
    }
    var topic = stored.topic(subscription.topicArn());
    SubscriptionAttributes.check(
        topic,
        subscription.protocol(),
        subscription.attribute("FilterPolicyScope"),
        name,
        request.attributeValue(),
        "");
    var attributes = new HashMap<>(subscription.attributes());
    var value = request.attributeValue();
    if (value == null || value.isEmpty()) {
      attributes.remove(name);
    } else {
      attributes.put(name, SubscriptionAttributes.kept(name, value));
    }
    var replays = name.equals("ReplayPolicy") && attributes.containsKey(name);
    save(topic, subscription.with(attributes), replays);
    return SetSubscriptionAttributesResponse.builder().build();
  }
}
