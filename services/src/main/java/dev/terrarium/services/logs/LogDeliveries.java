package dev.terrarium.services.logs;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import java.util.Map;
import dev.terrarium.services.logs.LogTags.Tagged;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Vended logs: where services are to deliver theirs. Kept for whoever sets them up; a service that
/// vends logs reads them.
final class LogDeliveries implements LogsPart {
  private static final String NAME = "[\\w-]{1,60}";

  private final Cloud cloud;
  private final Kept<DeliverySource> sources;
  private final Kept<DeliveryDestination> destinations;
  private final Kept<Policy> policies;
  private final Kept<Delivery> deliveries;

  LogDeliveries(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    var store = cloud.store();
    this.sources = new Kept<>(store, "logs.deliverySources", DeliverySource::builder);
    this.destinations =
        new Kept<>(store, "logs.deliveryDestinations", DeliveryDestination::builder);
    this.policies = new Kept<>(store, "logs.deliveryDestinationPolicies", Policy::builder);
    this.deliveries = new Kept<>(store, "logs.deliveries", Delivery::builder);
    var locks = state.locks;
    state.tagged.put(
        "delivery-source",
        new Tagged(
            name -> source(name).tags(),
            (name, change) ->
                locks.with(
                    name,
                    () -> {
                      var there = source(name);
                      var tags = change.apply(there.tags());
                      sources.put(name, there.toBuilder().tags(tags).build());
                      return tags;
                    })));
    state.tagged.put(
        "delivery-destination",
        new Tagged(
            name -> destination(name).tags(),
            (name, change) ->
                locks.with(
                    name,
                    () -> {
                      var there = destination(name);
                      var tags = change.apply(there.tags());
                      destinations.put(name, there.toBuilder().tags(tags).build());
                      return tags;
                    })));
    state.tagged.put(
        "delivery",
        new Tagged(
            id -> delivery(id).tags(),
            (id, change) ->
                locks.with(
                    id,
                    () -> {
                      var there = delivery(id);
                      var tags = change.apply(there.tags());
                      deliveries.put(id, there.toBuilder().tags(tags).build());
                      return tags;
                    })));
  }

  private static AwsServiceException validation(String message) {
    return Errors.of(ValidationException.builder(), 400, "ValidationException", message);
  }

  private static AwsServiceException conflict(String message) {
    return Errors.of(ConflictException.builder(), 400, "ConflictException", message);
  }

  private static String checkName(@Nullable String name) {
    if (name == null || !name.matches(NAME)) {
      throw validation("The name must match " + NAME);
    }
    return name;
  }

  @Override
  public PutDeliverySourceResponse putDeliverySource(PutDeliverySourceRequest request) {
    var name = checkName(request.name());
    var arn =
        Arn.of(String.valueOf(request.resourceArn()))
            .orElseThrow(() -> validation("Invalid resource ARN: " + request.resourceArn()));
    if (request.logType() == null) {
      throw validation("The log type is missing");
    }
    var there = sources.get(name);
    if (there != null && !there.resourceArns().contains(request.resourceArn())) {
      throw conflict("A delivery source of that name exists for another resource");
    }
    var source =
        DeliverySource.builder()
            .name(name)
            .arn(Call.current().scope().arn("logs", "delivery-source:" + name))
            .resourceArns(request.resourceArn())
            .service(arn.service())
            .logType(request.logType())
            .tags(request.hasTags() || there == null ? request.tags() : there.tags())
            .build();
    sources.put(name, source);
    return PutDeliverySourceResponse.builder().deliverySource(source).build();
  }

  private DeliverySource source(@Nullable String name) {
    return sources.get(
        name, () -> LogsErrors.notFound("Delivery source " + name + " does not exist"));
  }

  @Override
  public GetDeliverySourceResponse getDeliverySource(GetDeliverySourceRequest request) {
    return GetDeliverySourceResponse.builder().deliverySource(source(request.name())).build();
  }

  @Override
  public DescribeDeliverySourcesResponse describeDeliverySources(
      DescribeDeliverySourcesRequest request) {
    var page = Pages.of(sources.list(), request.nextToken(), request.limit(), 50);
    return DescribeDeliverySourcesResponse.builder()
        .deliverySources(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public DeleteDeliverySourceResponse deleteDeliverySource(DeleteDeliverySourceRequest request) {
    var name = source(request.name()).name();
    if (deliveries.list().stream().anyMatch(d -> d.deliverySourceName().equals(name))) {
      throw conflict("The delivery source is used by a delivery");
    }
    sources.delete(name);
    return DeleteDeliverySourceResponse.builder().build();
  }

  @Override
  public PutDeliveryDestinationResponse putDeliveryDestination(
      PutDeliveryDestinationRequest request) {
    var name = checkName(request.name());
    var configuration = request.deliveryDestinationConfiguration();
    var target =
        configuration == null
            ? null
            : Arn.of(String.valueOf(configuration.destinationResourceArn())).orElse(null);
    if (target == null) {
      throw validation("The destination resource ARN is missing or invalid");
    }
    var type =
        switch (target.service()) {
          case "s3" -> DeliveryDestinationType.S3;
          case "logs" -> DeliveryDestinationType.CWL;
          case "firehose" -> DeliveryDestinationType.FH;
          default -> throw validation("Logs cannot be delivered to " + target.service());
        };
    var there = destinations.get(name);
    var destination =
        DeliveryDestination.builder()
            .name(name)
            .arn(Call.current().scope().arn("logs", "delivery-destination:" + name))
            .deliveryDestinationType(type)
            .outputFormat(request.outputFormat())
            .deliveryDestinationConfiguration(configuration)
            .tags(request.hasTags() || there == null ? request.tags() : there.tags())
            .build();
    destinations.put(name, destination);
    return PutDeliveryDestinationResponse.builder().deliveryDestination(destination).build();
  }

  private DeliveryDestination destination(@Nullable String name) {
    return destinations.get(
        name, () -> LogsErrors.notFound("Delivery destination " + name + " does not exist"));
  }

  @Override
  public GetDeliveryDestinationResponse getDeliveryDestination(
      GetDeliveryDestinationRequest request) {
    return GetDeliveryDestinationResponse.builder()
        .deliveryDestination(destination(request.name()))
        .build();
  }

  @Override
  public DescribeDeliveryDestinationsResponse describeDeliveryDestinations(
      DescribeDeliveryDestinationsRequest request) {
    var page = Pages.of(destinations.list(), request.nextToken(), request.limit(), 50);
    return DescribeDeliveryDestinationsResponse.builder()
        .deliveryDestinations(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public DeleteDeliveryDestinationResponse deleteDeliveryDestination(
      DeleteDeliveryDestinationRequest request) {
    var there = destination(request.name());
    if (deliveries.list().stream().anyMatch(d -> d.deliveryDestinationArn().equals(there.arn()))) {
      throw conflict("The delivery destination is used by a delivery");
    }
    destinations.delete(there.name());
    policies.delete(there.name());
    return DeleteDeliveryDestinationResponse.builder().build();
  }

  @Override
  public PutDeliveryDestinationPolicyResponse putDeliveryDestinationPolicy(
      PutDeliveryDestinationPolicyRequest request) {
    var name = destination(request.deliveryDestinationName()).name();
    var _ =
        LogPolicies.document(
            request.deliveryDestinationPolicy(), "Invalid JSON in delivery destination policy");
    var policy =
        Policy.builder().deliveryDestinationPolicy(request.deliveryDestinationPolicy()).build();
    policies.put(name, policy);
    return PutDeliveryDestinationPolicyResponse.builder().policy(policy).build();
  }

  @Override
  public GetDeliveryDestinationPolicyResponse getDeliveryDestinationPolicy(
      GetDeliveryDestinationPolicyRequest request) {
    var name = destination(request.deliveryDestinationName()).name();
    return GetDeliveryDestinationPolicyResponse.builder().policy(policies.get(name)).build();
  }

  @Override
  public DeleteDeliveryDestinationPolicyResponse deleteDeliveryDestinationPolicy(
      DeleteDeliveryDestinationPolicyRequest request) {
    policies.delete(destination(request.deliveryDestinationName()).name());
    return DeleteDeliveryDestinationPolicyResponse.builder().build();
  }

  @Override
  public CreateDeliveryResponse createDelivery(CreateDeliveryRequest request) {
    var source = source(request.deliverySourceName());
    var arn = Arn.of(String.valueOf(request.deliveryDestinationArn())).orElse(null);
    var destination =
        destination(arn == null ? null : arn.resource().replaceFirst("^delivery-destination:", ""));
    for (var there : deliveries.list()) {
      if (there.deliverySourceName().equals(source.name())
          && there.deliveryDestinationType() == destination.deliveryDestinationType()) {
        throw conflict("The delivery source has a delivery to a destination of that type already");
      }
    }
    var id = cloud.ids().alphanumeric(16);
    var delivery =
        Delivery.builder()
            .id(id)
            .arn(Call.current().scope().arn("logs", "delivery:" + id))
            .deliverySourceName(source.name())
            .deliveryDestinationArn(destination.arn())
            .deliveryDestinationType(destination.deliveryDestinationType())
            .recordFields(request.hasRecordFields() ? request.recordFields() : null)
            .fieldDelimiter(request.fieldDelimiter())
            .s3DeliveryConfiguration(request.s3DeliveryConfiguration())
            .tags(request.hasTags() ? request.tags() : Map.of())
            .build();
    deliveries.put(id, delivery);
    return CreateDeliveryResponse.builder().delivery(delivery).build();
  }

  private Delivery delivery(@Nullable String id) {
    return deliveries.get(id, () -> LogsErrors.notFound("Delivery " + id + " does not exist"));
  }

  @Override
  public GetDeliveryResponse getDelivery(GetDeliveryRequest request) {
    return GetDeliveryResponse.builder().delivery(delivery(request.id())).build();
  }

  @Override
  public DescribeDeliveriesResponse describeDeliveries(DescribeDeliveriesRequest request) {
    var page = Pages.of(deliveries.list(), request.nextToken(), request.limit(), 50);
    return DescribeDeliveriesResponse.builder()
        .deliveries(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public UpdateDeliveryConfigurationResponse updateDeliveryConfiguration(
      UpdateDeliveryConfigurationRequest request) {
    var changed = delivery(request.id()).toBuilder();
    if (request.hasRecordFields()) {
      changed.recordFields(request.recordFields());
    }
    if (request.fieldDelimiter() != null) {
      changed.fieldDelimiter(request.fieldDelimiter());
    }
    if (request.s3DeliveryConfiguration() != null) {
      changed.s3DeliveryConfiguration(request.s3DeliveryConfiguration());
    }
    deliveries.put(request.id(), changed.build());
    return UpdateDeliveryConfigurationResponse.builder().build();
  }

  @Override
  public DeleteDeliveryResponse deleteDelivery(DeleteDeliveryRequest request) {
    deliveries.delete(delivery(request.id()).id());
    return DeleteDeliveryResponse.builder().build();
  }
}
