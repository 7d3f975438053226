package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Live;
import dev.terrarium.kernel.store.Batch;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackDriftDetectionStatusRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackDriftDetectionStatusResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackResourceDriftsRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackResourceDriftsResponse;
import software.amazon.awssdk.services.cloudformation.model.DetectStackDriftRequest;
import software.amazon.awssdk.services.cloudformation.model.DetectStackDriftResponse;
import software.amazon.awssdk.services.cloudformation.model.DetectStackResourceDriftRequest;
import software.amazon.awssdk.services.cloudformation.model.DetectStackResourceDriftResponse;
import software.amazon.awssdk.services.cloudformation.model.DifferenceType;
import software.amazon.awssdk.services.cloudformation.model.PropertyDifference;
import software.amazon.awssdk.services.cloudformation.model.StackDriftDetectionStatus;
import software.amazon.awssdk.services.cloudformation.model.StackDriftStatus;
import software.amazon.awssdk.services.cloudformation.model.StackResourceDrift;
import software.amazon.awssdk.services.cloudformation.model.StackResourceDriftStatus;

/// What became of the resources of a stack behind CloudFormation's back. Compared is what the
/// template says, as far as the resource's type can tell what is there.
final class DriftOperations implements StackPart {
  private static final String NUMBER = "-?[0-9]{1,18}(\\.[0-9]{1,18})?";

  private final StackStore store;
  private final Types types;

  DriftOperations(StackStore store, Types types) {
    this.store = store;
    this.types = types;
  }

  @Override
  public DetectStackDriftResponse detectStackDrift(DetectStackDriftRequest request) {
    var stack = existing(request.stackName());
    var found = new ArrayList<StackResourceDrift>();
    for (var resource : store.resourcesOf(stack.id())) {
      if (resource.isThere()
          && (!request.hasLogicalResourceIds()
              || request.logicalResourceIds().contains(resource.logicalId()))) {
        found.add(drift(stack, resource));
      }
    }
    var drifted = found.stream().filter(DriftOperations::isDrifted).count();
    var status = drifted > 0 ? StackDriftStatus.DRIFTED : StackDriftStatus.IN_SYNC;
    var now = store.cloud.clock().now();
    var id = store.cloud.ids().uuid();
    store.locked(
        stack.id(),
        batch -> {
          found.forEach(drift -> put(batch, drift));
          store.put(
              batch,
              store
                  .existing(stack.id())
                  .with(s ->
                      s.driftInformation(d -> d.stackDriftStatus(status).lastCheckTimestamp(now))));
          store.detections.put(
              batch,
              StackStore.Named.of(Call.current().scope(), id),
              DescribeStackDriftDetectionStatusResponse.builder()
                  .stackId(stack.id())
                  .stackDriftDetectionId(id)
                  .stackDriftStatus(status)
                  .detectionStatus(StackDriftDetectionStatus.DETECTION_COMPLETE)
                  .driftedStackResourceCount((int) drifted)
                  .timestamp(now)
                  .build());
          return id;
        });
    return DetectStackDriftResponse.builder().stackDriftDetectionId(id).build();
  }

  private void put(Batch batch, StackResourceDrift drift) {
    store.drifts.put(
        batch, new StackStore.Owned(drift.stackId(), drift.logicalResourceId()), drift);
  }

  private static boolean isDrifted(StackResourceDrift drift) {
    return drift.stackResourceDriftStatus() == StackResourceDriftStatus.MODIFIED
        || drift.stackResourceDriftStatus() == StackResourceDriftStatus.DELETED;
  }

  @Override
  public DetectStackResourceDriftResponse detectStackResourceDrift(
      DetectStackResourceDriftRequest request) {
    var stack = existing(request.stackName());
    var name = Objects.requireNonNullElse(request.logicalResourceId(), "");
    var resource = store.resource(stack.id(), name);
    if (resource == null) {
      throw StackErrors.validation(
          "Resource %s does not exist for stack %s".formatted(name, stack.name()));
    }
    var drift = drift(stack, resource);
    store.locked(
        stack.id(),
        batch -> {
          put(batch, drift);
          return drift;
        });
    return DetectStackResourceDriftResponse.builder().stackResourceDrift(drift).build();
  }

  @Override
  public DescribeStackDriftDetectionStatusResponse describeStackDriftDetectionStatus(
      DescribeStackDriftDetectionStatusRequest request) {
    var id = Objects.requireNonNullElse(request.stackDriftDetectionId(), "");
    var found = store.detections.get(StackStore.Named.of(Call.current().scope(), id));
    if (found == null) {
      throw StackErrors.validation("StackDriftDetectionId " + id + " does not exist");
    }
    return found;
  }

  @Override
  public DescribeStackResourceDriftsResponse describeStackResourceDrifts(
      DescribeStackResourceDriftsRequest request) {
    var stack = existing(request.stackName());
    var wanted = request.stackResourceDriftStatusFilters();
    var all =
        store.drifts.list(stack.id()).stream()
            .filter(d -> wanted.isEmpty() || wanted.contains(d.stackResourceDriftStatus()))
            .toList();
    var page = Page.of(all, request.nextToken());
    return DescribeStackResourceDriftsResponse.builder()
        .stackResourceDrifts(page.items())
        .nextToken(page.next())
        .build();
  }

  private StackResourceDrift drift(StackRecord stack, ResourceRecord record) {
    var actual = record.actual();
    var request =
        new ResourceType.Request(
            stack.id(),
            stack.name(),
            record.logicalId(),
            stack.id() + "/drift",
            actual.propertyTree(),
            Map.of());
    var drift =
        StackResourceDrift.builder()
            .stackId(stack.id())
            .logicalResourceId(record.logicalId())
            .physicalResourceId(actual.physicalId())
            .resourceType(actual.type())
            .timestamp(store.cloud.clock().now());
    return switch (types.get(actual.type()).live(request, actual.resource())) {
      case Live.Unknown unknown ->
          drift
              .stackResourceDriftStatus(StackResourceDriftStatus.NOT_CHECKED)
              .propertyDifferences(List.of())
              .build();
      case Live.Gone gone ->
          drift
              .stackResourceDriftStatus(StackResourceDriftStatus.DELETED)
              .expectedProperties(actual.properties())
              .propertyDifferences(List.of())
              .build();
      case Live.There there -> {
        var others = new HashSet<String>();
        store.resourcesOf(stack.id()).forEach(other -> others.add(other.actual().physicalId()));
        var expected = actual.propertyTree();
        yield compared(drift, expected, without(others, expected, there.properties()));
      }
    };
  }

  /// What is there, without what other resources of the stack have added to its lists, as a managed
  /// policy adds itself to those of a role.
  private static ObjectNode without(Set<String> others, ObjectNode expected, ObjectNode there) {
    for (var property : expected.properties()) {
      if (property.getValue().isArray() && there.get(property.getKey()) instanceof ArrayNode list) {
        list.removeIf(element ->
            element.isTextual()
                && others.contains(element.asText())
                && property.getValue().valueStream().noneMatch(one -> same(one, element)));
      }
    }
    return there;
  }

  private static StackResourceDrift compared(
      StackResourceDrift.Builder drift, ObjectNode expected, ObjectNode there) {
    var shownExpected = Json.object();
    var shownActual = Json.object();
    var differences = new ArrayList<PropertyDifference>();
    for (var property : expected.properties()) {
      if (!there.has(property.getKey())) {
        continue; // The type cannot tell this one.
      }
      var now = alike(property.getValue(), there.get(property.getKey()));
      shownExpected.set(property.getKey(), property.getValue());
      if (!now.isNull()) {
        shownActual.set(property.getKey(), now);
      }
      compare("/" + property.getKey(), property.getValue(), now, differences);
    }
    return drift
        .stackResourceDriftStatus(
            differences.isEmpty()
                ? StackResourceDriftStatus.IN_SYNC
                : StackResourceDriftStatus.MODIFIED)
        .expectedProperties(Json.write(shownExpected))
        .actualProperties(Json.write(shownActual))
        .propertyDifferences(differences)
        .build();
  }

  /// A number or a truth that the service tells as a text is shown as the template has it.
  private static JsonNode alike(JsonNode expected, JsonNode actual) {
    if (expected.isTextual() && actual.isContainerNode()) {
      return TextNode.valueOf(sameDocument(expected, actual) ? expected.asText() : text(actual));
    }
    var plain = (expected.isNumber() || expected.isBoolean()) && actual.isTextual();
    return plain && actual.asText().matches("-?[0-9]{1,18}|true|false")
        ? Json.parse(actual.asText())
        : actual;
  }

  private static void compare(
      String path, JsonNode expected, JsonNode actual, List<PropertyDifference> differences) {
    if (expected.isObject() && actual.isObject()) {
      expected
          .properties()
          .forEach(entry ->
              compare(
                  path + "/" + entry.getKey(),
                  entry.getValue(),
                  actual.path(entry.getKey()),
                  differences));
      return;
    }
    if (same(expected, actual)) {
      return;
    }
    var gone = actual.isMissingNode() || actual.isNull();
    differences.add(
        PropertyDifference.builder()
            .propertyPath(path)
            .expectedValue(text(expected))
            .actualValue(gone ? "null" : text(actual))
            .differenceType(gone ? DifferenceType.REMOVE : DifferenceType.NOT_EQUAL)
            .build());
  }

  /// A name and the ARN that ends with it are the same, and so are `1` and `1.0`.
  private static boolean sameText(String expected, String actual) {
    if (expected.equals(actual) || isArnOf(expected, actual) || isArnOf(actual, expected)) {
      return true;
    }
    return expected.matches(NUMBER)
        && actual.matches(NUMBER)
        && new BigDecimal(expected).compareTo(new BigDecimal(actual)) == 0;
  }

  private static boolean isArnOf(String arn, String name) {
    return arn.startsWith("arn:")
        && !name.isEmpty()
        && (arn.endsWith(":" + name) || arn.endsWith("/" + name));
  }

  /// Documents may be written as texts.
  private static boolean sameDocument(JsonNode expected, JsonNode actual) {
    try {
      return Json.parse(expected.asText()).equals(actual);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Templates write numbers and truths also as texts; lists have no order.
  private static boolean same(JsonNode expected, JsonNode actual) {
    if (expected.isValueNode() && actual.isValueNode()) {
      return sameText(expected.asText(), actual.asText());
    }
    if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
      var left = new ArrayList<JsonNode>();
      actual.forEach(left::add);
      for (var element : expected) {
        var found = left.stream().filter(other -> same(element, other)).findFirst().orElse(null);
        if (found == null) {
          return false;
        }
        left.remove(found);
      }
      return true;
    }
    if (expected.isObject() && actual.isObject()) {
      return expected.properties().stream()
          .allMatch(entry -> same(entry.getValue(), actual.path(entry.getKey())));
    }
    return expected.equals(actual);
  }

  private static String text(JsonNode node) {
    return node.isValueNode() ? node.asText() : Json.write(node);
  }

  private StackRecord existing(@Nullable String name) {
    var record = name == null ? null : store.find(Call.current().scope(), name);
    if (record == null || record.isDeleted()) {
      throw StackErrors.validation("Stack [" + name + "] does not exist");
    }
    return record;
  }
}
