package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `AWS::CloudFormation::WaitCondition`: is made when enough signals have come, to its handle or by
/// `SignalResource`. One without a handle waits as its `CreationPolicy` says.
final class WaitConditionType implements ResourceType {
  private static final int TIMEOUT_MAX = 43_200;

  private final Cloud cloud;
  private final WaitSignals signals;

  WaitConditionType(Cloud cloud) {
    this.cloud = cloud;
    this.signals = new WaitSignals(cloud);
  }

  @Override
  public String name() {
    return "AWS::CloudFormation::WaitCondition";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("Count").replacing(),
        Property.of("Handle").replacing(),
        Property.of("Timeout").replacing());
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    if (!properties.has("Handle") && !properties.has("Timeout")) {
      return resource(request, List.of());
    }
    var count = properties.path("Count").asInt(1);
    var seconds = properties.path("Timeout").asInt(-1);
    if (seconds < 0 || seconds > TIMEOUT_MAX) {
      throw new TemplateException(
          "Property Timeout must be a number of seconds between 0 and " + TIMEOUT_MAX);
    }
    var handle = WaitConditionHandleType.token(properties.path("Handle").asText());
    var own = WaitSignals.place(request.stackId(), request.logicalId());
    // SignalResource counts as well, so two places are looked at, and either wakes.
    var deadline = signals.open(own, cloud.clock().now().plus(Duration.ofSeconds(seconds)));
    try (var watch = cloud.signals().watch(WaitSignals.wake(handle), WaitSignals.wake(own))) {
      while (true) {
        var come = new ArrayList<>(signals.of(handle));
        come.addAll(signals.of(own));
        refuseFailures(come);
        if (come.size() >= count) {
          return resource(request, come);
        }
        if (!watch.await(deadline)) {
          throw new TemplateException(
              "WaitCondition timed out. Received %d conditions when expecting %d"
                  .formatted(come.size(), count));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The cloud is closing", e);
    }
  }

  private static void refuseFailures(List<JsonNode> come) {
    for (var signal : come) {
      if (signal.path("Status").asText().equals("FAILURE")) {
        throw new TemplateException(
            "WaitCondition received failed message: '%s' for uniqueId: %s"
                .formatted(signal.path("Reason").asText(), signal.path("UniqueId").asText()));
      }
    }
  }

  private static Resource resource(Request request, List<JsonNode> come) {
    var data = Json.object();
    come.forEach(
        signal -> data.put(signal.path("UniqueId").asText(), signal.path("Data").asText("")));
    return new Resource(
        request.stackId() + "/" + request.logicalId(),
        Map.of("Data", TextNode.valueOf(Json.write(data))));
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    return current;
  }

  @Override
  public void delete(Request request, Resource current) {
    signals.forget(WaitSignals.place(request.stackId(), request.logicalId()));
  }
}
