package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.cloudformation.StackStore.Named;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.DescribeResourceScanRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeResourceScanResponse;
import software.amazon.awssdk.services.cloudformation.model.ListResourceScanRelatedResourcesRequest;
import software.amazon.awssdk.services.cloudformation.model.ListResourceScanRelatedResourcesResponse;
import software.amazon.awssdk.services.cloudformation.model.ListResourceScanResourcesRequest;
import software.amazon.awssdk.services.cloudformation.model.ListResourceScanResourcesResponse;
import software.amazon.awssdk.services.cloudformation.model.ListResourceScansRequest;
import software.amazon.awssdk.services.cloudformation.model.ListResourceScansResponse;
import software.amazon.awssdk.services.cloudformation.model.ResourceScanNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.ResourceScanStatus;
import software.amazon.awssdk.services.cloudformation.model.ResourceScanSummary;
import software.amazon.awssdk.services.cloudformation.model.ScanType;
import software.amazon.awssdk.services.cloudformation.model.ScannedResource;
import software.amazon.awssdk.services.cloudformation.model.StartResourceScanRequest;
import software.amazon.awssdk.services.cloudformation.model.StartResourceScanResponse;

/// Scans: everything in the account and region of the types that can list what is there. A scan is
/// complete when its start is answered.
final class ResourceScans implements StackPart {
  private record Found(String scanId, long number) {}

  private static final KeyCodec<Found> FOUND =
      KeyCodec.of(
          (key, writer) -> writer.string(key.scanId).number(key.number),
          reader -> new Found(reader.string(), reader.number()));

  private final StackStore store;
  private final Types types;

  /// By id.
  private final Keyspace<Named, DescribeResourceScanResponse> scans;

  private final Keyspace<Found, ScannedResource> resources;

  ResourceScans(StackStore store, Types types) {
    this.store = store;
    this.types = types;
    this.scans =
        new Keyspace<>(
            store.cloud.store(),
            "cloudformation.scans",
            StackStore.NAMED,
            new PojoCodec<>(DescribeResourceScanResponse::builder));
    this.resources =
        new Keyspace<>(
            store.cloud.store(),
            "cloudformation.scanned",
            FOUND,
            new PojoCodec<>(ScannedResource::builder));
  }

  @Override
  public StartResourceScanResponse startResourceScan(StartResourceScanRequest request) {
    var scope = Call.current().scope();
    var patterns = new ArrayList<String>();
    request.scanFilters().forEach(filter -> patterns.addAll(filter.types()));
    var id = scope.arn("cloudformation", "resourceScan/" + store.cloud.ids().uuid());
    var started = store.cloud.clock().now();
    var managed = managed(scope);
    var batch = new Batch();
    var scanned = new TreeSet<String>();
    int count = 0;
    for (var type : types.all()) {
      var reading = type.reading();
      if (reading == null || !isWanted(patterns, type.name())) {
        continue;
      }
      scanned.add(type.name());
      for (var values : reading.list().get()) {
        var identifier = new LinkedHashMap<String, String>();
        for (int i = 0; i < values.size(); i++) {
          identifier.put(reading.identifier().get(i), values.get(i));
        }
        var key = type.name() + identifier;
        resources.put(
            batch,
            new Found(id, count++),
            ScannedResource.builder()
                .resourceType(type.name())
                .resourceIdentifier(identifier)
                .managedByStack(managed.contains(key))
                .build());
      }
    }
    scans.put(
        batch,
        Named.of(scope, id),
        DescribeResourceScanResponse.builder()
            .resourceScanId(id)
            .status(ResourceScanStatus.COMPLETE)
            .startTime(started)
            .endTime(store.cloud.clock().now())
            .percentageCompleted(100.0)
            .resourceTypes(scanned)
            .resourcesScanned(count)
            .resourcesRead(count)
            .scanFilters(request.hasScanFilters() ? request.scanFilters() : null)
            .build());
    store.cloud.store().commit(batch);
    return StartResourceScanResponse.builder().resourceScanId(id).build();
  }

  private static boolean isWanted(List<String> patterns, String type) {
    return patterns.isEmpty()
        || patterns.stream()
            .anyMatch(
                pattern -> Pattern.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), type));
  }

  /// What belongs to stacks, each by its type and identifier.
  private Set<String> managed(Scope scope) {
    var managed = new HashSet<String>();
    for (var stack : store.all(scope)) {
      for (var record :
          stack.isDeleted() ? List.<ResourceRecord>of() : store.resourcesOf(stack.id())) {
        var type = record.isThere() ? types.find(record.actual().type()) : null;
        var reading = type == null ? null : type.reading();
        if (reading != null) {
          var actual = record.actual();
          managed.add(actual.type() + reading.identify(actual.propertyTree(), actual.resource()));
        }
      }
    }
    return managed;
  }

  @Override
  public DescribeResourceScanResponse describeResourceScan(DescribeResourceScanRequest request) {
    return existing(request.resourceScanId());
  }

  private DescribeResourceScanResponse existing(@Nullable String id) {
    var found = scans.get(Named.of(Call.current().scope(), String.valueOf(id)));
    if (found == null) {
      throw Errors.<ResourceScanNotFoundException>of(
          ResourceScanNotFoundException.builder(),
          400,
          "ResourceScanNotFound",
          "Resource scan " + id + " not found");
    }
    return found;
  }

  @Override
  public ListResourceScansResponse listResourceScans(ListResourceScansRequest request) {
    var scope = Call.current().scope();
    var all =
        scans.list(scope.account(), scope.region()).stream()
            .sorted(Comparator.comparing(DescribeResourceScanResponse::startTime).reversed())
            .map(scan ->
                ResourceScanSummary.builder()
                    .resourceScanId(scan.resourceScanId())
                    .status(scan.status())
                    .startTime(scan.startTime())
                    .endTime(scan.endTime())
                    .percentageCompleted(scan.percentageCompleted())
                    .scanType(scan.scanFilters().isEmpty() ? ScanType.FULL : ScanType.PARTIAL)
                    .build())
            .filter(scan ->
                request.scanTypeFilter() == null || request.scanTypeFilter() == scan.scanType())
            .toList();
    var page = Page.of(all, request.nextToken());
    return ListResourceScansResponse.builder()
        .resourceScanSummaries(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public ListResourceScanResourcesResponse listResourceScanResources(
      ListResourceScanResourcesRequest request) {
    StackOperations.refuse(request.tagKey() != null || request.tagValue() != null, "TagKey");
    var id = request.resourceIdentifier();
    var prefix = request.resourceTypePrefix();
    var all =
        resources.list(existing(request.resourceScanId()).resourceScanId()).stream()
            .filter(one -> prefix == null || one.resourceType().startsWith(prefix))
            .filter(one -> id == null || one.resourceIdentifier().containsValue(id))
            .toList();
    var page = Page.of(all, request.nextToken());
    return ListResourceScanResourcesResponse.builder()
        .resources(page.items())
        .nextToken(page.next())
        .build();
  }

  /// Related is what one names in its properties, either way.
  @Override
  public ListResourceScanRelatedResourcesResponse listResourceScanRelatedResources(
      ListResourceScanRelatedResourcesRequest request) {
    var scan = existing(request.resourceScanId());
    var given = new LinkedHashMap<String, State>();
    for (var one : request.resources()) {
      var state = read(one.resourceType(), one.resourceIdentifier());
      if (state != null) {
        given.put(one.resourceType() + one.resourceIdentifier(), state);
      }
    }
    var related = new ArrayList<ScannedResource>();
    for (var one : resources.list(scan.resourceScanId())) {
      var state =
          given.containsKey(one.resourceType() + one.resourceIdentifier())
              ? null
              : read(one.resourceType(), one.resourceIdentifier());
      if (state != null
          && given.values().stream().anyMatch(g -> names(g, state) || names(state, g))) {
        related.add(one);
      }
    }
    var page = Page.of(related, request.nextToken());
    return ListResourceScanRelatedResourcesResponse.builder()
        .relatedResources(page.items())
        .nextToken(page.next())
        .build();
  }

  private @Nullable State read(String typeName, Map<String, String> identifier) {
    var type = types.find(typeName);
    var reading = type == null ? null : type.reading();
    return reading == null ? null : reading.find(identifier);
  }

  private static boolean names(State one, State other) {
    var names = new HashSet<String>();
    names.add(other.resource().physicalId());
    var arn = other.resource().attributes().get("Arn");
    if (arn != null) {
      names.add(arn.asText());
    }
    return mentions(one.properties(), names);
  }

  private static boolean mentions(JsonNode node, Set<String> names) {
    if (node.isTextual()) {
      return names.contains(node.asText());
    }
    for (var child : node) {
      if (mentions(child, names)) {
        return true;
      }
    }
    return false;
  }
}
