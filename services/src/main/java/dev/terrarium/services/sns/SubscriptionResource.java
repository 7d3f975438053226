package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sns.SnsClient;

/// `AWS::SNS::Subscription`.
final class SubscriptionResource implements ResourceType {
  private static final List<String> ATTRIBUTES =
      List.of(
          "DeliveryPolicy",
          "FilterPolicy",
          "FilterPolicyScope",
          "RawMessageDelivery",
          "RedrivePolicy",
          "ReplayPolicy",
          "SubscriptionRoleArn");

  private final Cloud cloud;

  SubscriptionResource(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public String name() {
    return "AWS::SNS::Subscription";
  }

  @Override
  public List<Property> properties() {
    var properties = new ArrayList<>(ATTRIBUTES.stream().map(Property::of).toList());
    properties.add(Property.of("TopicArn").mandatory().replacing());
    properties.add(Property.of("Protocol").mandatory().replacing());
    properties.add(Property.of("Endpoint").replacing());
    return properties;
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var arn =
        sns()
            .subscribe(r ->
                r.topicArn(properties.path("TopicArn").asText())
                    .protocol(properties.path("Protocol").asText())
                    .endpoint(properties.path("Endpoint").asText())
                    .attributes(attributes(properties))
                    .returnSubscriptionArn(true))
            .subscriptionArn();
    return new Resource(arn, Map.of("Arn", Json.tree(arn)));
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var wanted = attributes(request.properties());
    attributes(previous).keySet().forEach(name -> wanted.putIfAbsent(name, ""));
    wanted.forEach((name, value) ->
        sns()
            .setSubscriptionAttributes(r ->
                r.subscriptionArn(current.physicalId()).attributeName(name).attributeValue(value)));
    return current;
  }

  @Override
  public Reading reading() {
    return Reading.of(
        "Arn",
        arn -> {
          var now = sns().getSubscriptionAttributes(r -> r.subscriptionArn(arn)).attributes();
          var told = Json.object();
          for (var name : List.of("TopicArn", "Protocol", "Endpoint")) {
            told.put(name, now.get(name));
          }
          for (var name : ATTRIBUTES) {
            var value = now.get(name);
            told.set(
                name,
                value == null
                    ? null
                    : value.startsWith("{") ? Json.parse(value) : Json.tree(value));
          }
          return new Reading.State(new Resource(arn, Map.of("Arn", Json.tree(arn))), told);
        },
        () ->
            sns().listSubscriptions().subscriptions().stream()
                .map(s -> s.subscriptionArn())
                .toList());
  }

  @Override
  public void delete(Request request, Resource current) {
    sns().unsubscribe(r -> r.subscriptionArn(current.physicalId()));
  }

  private static Map<String, String> attributes(ObjectNode properties) {
    var attributes = new HashMap<String, String>();
    for (var name : ATTRIBUTES) {
      if (properties.has(name)) {
        attributes.put(name, text(properties.get(name)));
      }
    }
    return attributes;
  }

  private static String text(JsonNode value) {
    return value.isObject() ? Json.write(value) : value.asText();
  }

  private SnsClient sns() {
    return cloud.client(SnsClient.class);
  }
}
