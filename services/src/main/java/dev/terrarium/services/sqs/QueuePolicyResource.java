package dev.terrarium.services.sqs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/// `AWS::SQS::QueuePolicy`.
final class QueuePolicyResource implements ResourceType {
  private final Cloud cloud;

  QueuePolicyResource(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public String name() {
    return "AWS::SQS::QueuePolicy";
  }

  @Override
  public List<Property> properties() {
    return List.of(Property.of("PolicyDocument").mandatory(), Property.of("Queues").mandatory());
  }

  @Override
  public Resource create(Request request) {
    apply(request.properties());
    var id = request.generatedName(128);
    return new Resource(id, Map.of("Id", Json.tree(id)));
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var kept = request.properties().path("Queues");
    for (var url : previous.path("Queues")) {
      boolean stays = false;
      for (var one : kept) {
        stays |= one.equals(url);
      }
      if (!stays) {
        set(url.asText(), "");
      }
    }
    apply(request.properties());
    return current;
  }

  @Override
  public void delete(Request request, Resource current) {
    for (var url : request.properties().path("Queues")) {
      try {
        set(url.asText(), "");
      } catch (QueueDoesNotExistException e) {
        // A queue that is gone has no policy.
      }
    }
  }

  private void apply(ObjectNode properties) {
    var document = properties.path("PolicyDocument");
    var policy = document.isTextual() ? document.asText() : Json.write(document);
    for (var url : properties.path("Queues")) {
      set(url.asText(), policy);
    }
  }

  private void set(String url, String policy) {
    cloud
        .client(SqsClient.class)
        .setQueueAttributes(
            r -> r.queueUrl(url).attributes(Map.of(QueueAttributeName.POLICY, policy)));
  }
}
