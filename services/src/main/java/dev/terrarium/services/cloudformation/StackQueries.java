package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackEventsRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackEventsResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackResourceRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackResourceResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackResourcesRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackResourcesResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeStacksRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeStacksResponse;
import software.amazon.awssdk.services.cloudformation.model.Export;
import software.amazon.awssdk.services.cloudformation.model.ListExportsRequest;
import software.amazon.awssdk.services.cloudformation.model.ListExportsResponse;
import software.amazon.awssdk.services.cloudformation.model.ListImportsRequest;
import software.amazon.awssdk.services.cloudformation.model.ListImportsResponse;
import software.amazon.awssdk.services.cloudformation.model.ListStackResourcesRequest;
import software.amazon.awssdk.services.cloudformation.model.ListStackResourcesResponse;
import software.amazon.awssdk.services.cloudformation.model.ListStacksRequest;
import software.amazon.awssdk.services.cloudformation.model.ListStacksResponse;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackResource;
import software.amazon.awssdk.services.cloudformation.model.StackResourceDriftStatus;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;
import software.amazon.awssdk.services.cloudformation.model.StackSummary;

/// Looking at stacks, their resources and their history.
final class StackQueries implements StackPart {
  private final StackStore store;

  StackQueries(StackStore store) {
    this.store = store;
  }

  @Override
  public DescribeStacksResponse describeStacks(DescribeStacksRequest request) {
    if (request.stackName() != null) {
      var record = find(request.stackName());
      return DescribeStacksResponse.builder().stacks(Shown.stack(record)).build();
    }
    var all =
        store.all(Call.current().scope()).stream()
            .filter(record -> !record.isDeleted())
            .map(Shown::stack)
            .sorted(Comparator.comparing(Stack::creationTime).reversed())
            .toList();
    var page = Page.of(all, request.nextToken());
    return DescribeStacksResponse.builder().stacks(page.items()).nextToken(page.next()).build();
  }

  @Override
  public ListStacksResponse listStacks(ListStacksRequest request) {
    var filter = request.stackStatusFiltersAsStrings();
    new RequestChecks()
        .among("stackStatusFilter", filter, RequestChecks.names(StackStatus.knownValues()))
        .check();
    var all =
        store.all(Call.current().scope()).stream()
            .filter(record -> filter.isEmpty() || filter.contains(record.status()))
            .map(StackQueries::summary)
            .sorted(Comparator.comparing(StackSummary::creationTime).reversed())
            .toList();
    var page = Page.of(all, request.nextToken());
    return ListStacksResponse.builder().stackSummaries(page.items()).nextToken(page.next()).build();
  }

  private static StackSummary summary(StackRecord record) {
    var stack = record.stack();
    return StackSummary.builder()
        .stackId(stack.stackId())
        .stackName(stack.stackName())
        .templateDescription(stack.description())
        .creationTime(stack.creationTime())
        .lastUpdatedTime(stack.lastUpdatedTime())
        .deletionTime(stack.deletionTime())
        .stackStatus(stack.stackStatus())
        .stackStatusReason(stack.stackStatusReason())
        .parentId(stack.parentId())
        .rootId(stack.rootId())
        .driftInformation(drift ->
            drift
                .stackDriftStatus(stack.driftInformation().stackDriftStatus())
                .lastCheckTimestamp(stack.driftInformation().lastCheckTimestamp()))
        .build();
  }

  @Override
  public DescribeStackEventsResponse describeStackEvents(DescribeStackEventsRequest request) {
    var record = findStack(request.stackName());
    var all = new ArrayList<>(store.events.list(record.id()));
    Collections.reverse(all);
    var page = Page.of(all, request.nextToken());
    return DescribeStackEventsResponse.builder()
        .stackEvents(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public DescribeStackResourcesResponse describeStackResources(
      DescribeStackResourcesRequest request) {
    var record =
        request.physicalResourceId() == null
            ? find(String.valueOf(request.stackName()))
            : owner(request.physicalResourceId());
    var shown = new ArrayList<StackResource>();
    for (var resource : store.resourcesOf(record.id())) {
      if (request.logicalResourceId() == null
          || request.logicalResourceId().equals(resource.logicalId())) {
        shown.add(
            StackResource.builder()
                .stackName(record.name())
                .stackId(record.id())
                .logicalResourceId(resource.logicalId())
                .physicalResourceId(physicalId(resource))
                .resourceType(resource.actual().type())
                .timestamp(resource.updated())
                .resourceStatus(resource.status())
                .resourceStatusReason(reason(resource))
                .driftInformation(
                    drift -> drift.stackResourceDriftStatus(driftOf(resource, record)))
                .build());
      }
    }
    if (request.logicalResourceId() != null && shown.isEmpty()) {
      throw noResource(request.logicalResourceId(), record);
    }
    return DescribeStackResourcesResponse.builder().stackResources(shown).build();
  }

  private StackRecord owner(String physicalId) {
    for (var record : store.all(Call.current().scope())) {
      for (var resource : store.resourcesOf(record.id())) {
        if (!record.isDeleted() && resource.actual().physicalId().equals(physicalId)) {
          return record;
        }
      }
    }
    throw StackErrors.validation("Stack for " + physicalId + " does not exist");
  }

  @Override
  public DescribeStackResourceResponse describeStackResource(DescribeStackResourceRequest request) {
    var record = findStack(request.stackName());
    var name = String.valueOf(request.logicalResourceId());
    var resource = store.resource(record.id(), name);
    if (resource == null) {
      throw noResource(name, record);
    }
    var metadata = record.version().template().resource(name).path("Metadata");
    return DescribeStackResourceResponse.builder()
        .stackResourceDetail(detail ->
            detail
                .stackName(record.name())
                .stackId(record.id())
                .logicalResourceId(name)
                .physicalResourceId(physicalId(resource))
                .resourceType(resource.actual().type())
                .lastUpdatedTimestamp(resource.updated())
                .resourceStatus(resource.status())
                .resourceStatusReason(reason(resource))
                .metadata(metadata.isMissingNode() ? "{}" : Json.write(metadata))
                .driftInformation(
                    drift -> drift.stackResourceDriftStatus(driftOf(resource, record))))
        .build();
  }

  @Override
  public ListStackResourcesResponse listStackResources(ListStackResourcesRequest request) {
    var record = find(String.valueOf(request.stackName()));
    var all =
        store.resourcesOf(record.id()).stream()
            .map(resource ->
                StackResourceSummary.builder()
                    .logicalResourceId(resource.logicalId())
                    .physicalResourceId(physicalId(resource))
                    .resourceType(resource.actual().type())
                    .lastUpdatedTimestamp(resource.updated())
                    .resourceStatus(resource.status())
                    .resourceStatusReason(reason(resource))
                    .driftInformation(
                        drift -> drift.stackResourceDriftStatus(driftOf(resource, record)))
                    .build())
            .toList();
    var page = Page.of(all, request.nextToken());
    return ListStackResourcesResponse.builder()
        .stackResourceSummaries(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public ListExportsResponse listExports(ListExportsRequest request) {
    var all = new ArrayList<Export>();
    for (var record : store.all(Call.current().scope())) {
      record
          .exports()
          .forEach((name, value) ->
              all.add(
                  Export.builder().exportingStackId(record.id()).name(name).value(value).build()));
    }
    all.sort(Comparator.comparing(Export::name));
    var page = Page.of(all, request.nextToken());
    return ListExportsResponse.builder().exports(page.items()).nextToken(page.next()).build();
  }

  @Override
  public ListImportsResponse listImports(ListImportsRequest request) {
    var users = Exports.users(store, Call.current().scope(), String.valueOf(request.exportName()));
    if (users.isEmpty()) {
      throw StackErrors.validation(
          "Export '" + request.exportName() + "' is not imported by any stack.");
    }
    return ListImportsResponse.builder().imports(users).build();
  }

  private static @Nullable String physicalId(ResourceRecord resource) {
    var id = resource.actual().physicalId();
    return id.isEmpty() ? null : id;
  }

  private static @Nullable String reason(ResourceRecord resource) {
    return resource.reason().isEmpty() ? null : resource.reason();
  }

  private StackRecord find(String name) {
    var record = store.find(Call.current().scope(), name);
    if (record == null) {
      throw StackErrors.noStack(name);
    }
    return record;
  }

  private StackRecord findStack(@Nullable String name) {
    var record = name == null ? null : store.find(Call.current().scope(), name);
    if (record == null) {
      throw StackErrors.validation("Stack [" + name + "] does not exist");
    }
    return record;
  }

  private static CloudFormationException noResource(String name, StackRecord record) {
    return StackErrors.validation(
        "Resource %s does not exist for stack %s".formatted(name, record.name()));
  }

  private StackResourceDriftStatus driftOf(ResourceRecord resource, StackRecord stack) {
    var found = store.drifts.get(new StackStore.Owned(stack.id(), resource.logicalId()));
    return found == null ? StackResourceDriftStatus.NOT_CHECKED : found.stackResourceDriftStatus();
  }
}
