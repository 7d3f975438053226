package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.NotFoundException;

/// `AWS::SNS::TopicPolicy`.
final class TopicPolicyResource implements ResourceType {
  private final Cloud cloud;

  TopicPolicyResource(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public String name() {
    return "AWS::SNS::TopicPolicy";
  }

  @Override
  public List<Property> properties() {
    return List.of(Property.of("PolicyDocument").mandatory(), Property.of("Topics").mandatory());
  }

  @Override
  public Resource create(Request request) {
    apply(request.properties());
    var id = request.generatedName(128);
    return new Resource(id, Map.of("Id", Json.tree(id)));
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    for (var topic : previous.path("Topics")) {
      set(topic.asText(), "");
    }
    apply(request.properties());
    return current;
  }

  @Override
  public void delete(Request request, Resource current) {
    for (var topic : request.properties().path("Topics")) {
      try {
        set(topic.asText(), "");
      } catch (NotFoundException e) {
        // A topic that is gone has no policy.
      }
    }
  }

  private void apply(ObjectNode properties) {
    var document = properties.path("PolicyDocument");
    var policy = document.isTextual() ? document.asText() : Json.write(document);
    for (var topic : properties.path("Topics")) {
      set(topic.asText(), policy);
    }
  }

  private void set(String arn, String policy) {
    cloud
        .client(SnsClient.class)
        .setTopicAttributes(r -> r.topicArn(arn).attributeName("Policy").attributeValue(policy));
  }
}
