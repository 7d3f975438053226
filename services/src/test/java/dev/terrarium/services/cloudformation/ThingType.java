package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A resource type of tests, `Test::Fake::Thing`: remembers what was done, can fail and can wait.
final class ThingType implements ResourceType {
  final Map<String, ObjectNode> things = new ConcurrentHashMap<>();
  final List<String> log = new CopyOnWriteArrayList<>();
  final Set<String> failing = ConcurrentHashMap.newKeySet();
  final Set<String> holding = ConcurrentHashMap.newKeySet();
  private final Cloud cloud;

  ThingType(Cloud cloud) {
    this.cloud = cloud;
  }

  /// A package that brings the type along with CloudFormation itself.
  static final class Fakes implements ServicePackage {
    final AtomicReference<@Nullable ThingType> type = new AtomicReference<>();

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public String clientInterface() {
      return "software.amazon.awssdk.services.sqs.SqsClient";
    }

    @Override
    public List<?> open(Cloud cloud) {
      return List.of();
    }

    @Override
    public List<ResourceType> resourceTypes(Cloud cloud) {
      type.compareAndSet(null, new ThingType(cloud));
      return List.of(Objects.requireNonNull(type.get()));
    }
  }

  @Override
  public String name() {
    return "Test::Fake::Thing";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("Name").replacing(),
        Property.of("Size"),
        Property.of("Other"),
        Property.of("Tags"));
  }

  @Override
  public Resource create(Request request) {
    pass("create " + request.logicalId());
    var id = request.generatedName(80);
    things.put(id, request.properties());
    return resource(id);
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    pass("update " + request.logicalId() + " " + request.properties().path("Size").asText());
    things.put(current.physicalId(), request.properties());
    return resource(current.physicalId());
  }

  @Override
  public void delete(Request request, Resource current) {
    pass("delete " + request.logicalId());
    things.remove(current.physicalId());
  }

  /// A thing is told from others by its `Id`, which is its physical id.
  @Override
  public Reading reading() {
    return Reading.of(
        "Id",
        id -> things.containsKey(id) ? new Reading.State(resource(id), things.get(id)) : null,
        () -> things.keySet().stream().sorted().toList());
  }

  private Resource resource(String id) {
    return new Resource(id, Map.of("Arn", TextNode.valueOf("arn:thing:" + id)));
  }

  private void pass(String what) {
    log.add(what);
    if (holding.contains(what)) {
      try (var watch = cloud.signals().watch("go on")) {
        watch.await(cloud.clock().now().plusSeconds(1_000_000));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (failing.contains(what)) {
      throw Errors.of(400, "BadThing", "It broke");
    }
  }
}
