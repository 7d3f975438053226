package dev.terrarium.services.logs;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.logs.LogTags.Tagged;
import java.util.Set;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Destinations, by which other accounts subscribe streams to their logs, and saved queries.
final class LogDestinations implements LogsPart {
  private final Cloud cloud;
  private final LogsState state;
  private final Kept<QueryDefinition> definitions;

  LogDestinations(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
    this.definitions = new Kept<>(cloud.store(), "logs.queryDefinitions", QueryDefinition::builder);
    state.tagged.put(
        "destination",
        Tagged.beside(state.tags, state.locks, name -> String.valueOf(destination(name).arn())));
  }

  @Override
  public PutDestinationResponse putDestination(PutDestinationRequest request) {
    var name = request.destinationName();
    if (name == null) {
      throw LogsErrors.missing("destinationName");
    } else if (!name.matches("[^:*]{1,512}")) {
      throw LogsErrors.constraint(
          "destinationName", name, "satisfy regular expression pattern: [^:*]*");
    } else if (request.targetArn() == null) {
      throw LogsErrors.missing("targetArn");
    } else if (request.roleArn() == null) {
      throw LogsErrors.missing("roleArn");
    }
    var target = Arn.of(request.targetArn()).map(Arn::service).orElse("");
    if (!Set.of("kinesis", "firehose").contains(target)) {
      throw LogsErrors.invalid(
          "Could not deliver test message to specified destination. Check if the destination is"
              + " valid.");
    }
    var there = state.destinations.get(name);
    var destination =
        Destination.builder()
            .destinationName(name)
            .targetArn(request.targetArn())
            .roleArn(request.roleArn())
            .accessPolicy(there == null ? null : there.accessPolicy())
            .arn(Call.current().scope().arn("logs", "destination:" + name))
            .creationTime(there == null ? cloud.clock().millis() : there.creationTime())
            .build();
    state.destinations.put(name, destination);
    if (request.hasTags() && !request.tags().isEmpty()) {
      state.tags.put(
          destination.arn(), ListTagsForResourceResponse.builder().tags(request.tags()).build());
    }
    return PutDestinationResponse.builder().destination(destination).build();
  }

  private Destination destination(@org.jspecify.annotations.Nullable String name) {
    return state.destinations.get(
        name, () -> LogsErrors.notFound("The specified destination does not exist."));
  }

  @Override
  public PutDestinationPolicyResponse putDestinationPolicy(PutDestinationPolicyRequest request) {
    var there = destination(request.destinationName());
    var _ = LogPolicies.document(request.accessPolicy(), "Invalid JSON in access policy");
    state.destinations.put(
        there.destinationName(), there.toBuilder().accessPolicy(request.accessPolicy()).build());
    return PutDestinationPolicyResponse.builder().build();
  }

  @Override
  public DescribeDestinationsResponse describeDestinations(DescribeDestinationsRequest request) {
    var prefix = request.destinationNamePrefix() == null ? "" : request.destinationNamePrefix();
    var found =
        state.destinations.list().stream()
            .filter(destination -> destination.destinationName().startsWith(prefix))
            .toList();
    var page = Pages.of(found, request.nextToken(), request.limit(), 50);
    return DescribeDestinationsResponse.builder()
        .destinations(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public DeleteDestinationResponse deleteDestination(DeleteDestinationRequest request) {
    var there = destination(request.destinationName());
    state.destinations.delete(there.destinationName());
    state.tags.delete(there.arn());
    return DeleteDestinationResponse.builder().build();
  }

  @Override
  public PutQueryDefinitionResponse putQueryDefinition(PutQueryDefinitionRequest request) {
    if (request.name() == null || request.name().isEmpty()) {
      throw LogsErrors.missing("name");
    } else if (request.queryString() == null || request.queryString().isEmpty()) {
      throw LogsErrors.missing("queryString");
    }
    var id = request.queryDefinitionId();
    if (id != null && definitions.get(id) == null) {
      throw LogsErrors.notFound("The specified query definition does not exist.");
    }
    var given = id == null ? cloud.ids().uuid() : id;
    definitions.put(
        given,
        QueryDefinition.builder()
            .queryDefinitionId(given)
            .name(request.name())
            .queryString(request.queryString())
            .queryLanguage(
                request.queryLanguage() == null ? QueryLanguage.CWLI : request.queryLanguage())
            .lastModified(cloud.clock().millis())
            .logGroupNames(request.logGroupNames())
            .build());
    return PutQueryDefinitionResponse.builder().queryDefinitionId(given).build();
  }

  @Override
  public DescribeQueryDefinitionsResponse describeQueryDefinitions(
      DescribeQueryDefinitionsRequest request) {
    var prefix =
        request.queryDefinitionNamePrefix() == null ? "" : request.queryDefinitionNamePrefix();
    var found =
        definitions.list().stream()
            .filter(definition ->
                definition.name().startsWith(prefix)
                    && (request.queryLanguage() == null
                        || request.queryLanguage() == definition.queryLanguage()))
            .toList();
    var page = Pages.of(found, request.nextToken(), request.maxResults(), 1000);
    return DescribeQueryDefinitionsResponse.builder()
        .queryDefinitions(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public DeleteQueryDefinitionResponse deleteQueryDefinition(DeleteQueryDefinitionRequest request) {
    var there =
        definitions.get(
            request.queryDefinitionId(),
            () -> LogsErrors.notFound("The specified query definition does not exist."));
    definitions.delete(there.queryDefinitionId());
    return DeleteQueryDefinitionResponse.builder().success(true).build();
  }
}
