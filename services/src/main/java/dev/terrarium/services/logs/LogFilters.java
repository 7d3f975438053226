package dev.terrarium.services.logs;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.logs.LogsState.FilterKey;
import dev.terrarium.services.logs.LogsState.GroupKey;
import java.util.ArrayList;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Subscription filters and metric filters.
final class LogFilters implements LogsPart {
  private static final Set<String> DESTINATIONS = Set.of("lambda", "kinesis", "firehose", "logs");
  private static final int SUBSCRIPTIONS_MAX = 2;
  private static final int METRIC_FILTERS_MAX = 100;

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private final Cloud cloud;
  private final LogsState state;
  private final LogDelivery delivery;

  LogFilters(Cloud cloud, LogsState state) {
    this.delivery = new LogDelivery(cloud, state);
    this.cloud = cloud;
    this.state = state;
  }

  @Override
  public PutSubscriptionFilterResponse putSubscriptionFilter(PutSubscriptionFilterRequest request) {
    var group = group(request.logGroupName(), null);
    var key = new FilterKey(group, name(request.filterName()));
    FilterPattern.parse(request.filterPattern());
    var destination = Arn.of(request.destinationArn()).orElse(null);
    if (destination == null || !DESTINATIONS.contains(destination.service())) {
      throw LogsErrors.invalid(
          "PutSubscriptionFilter operation cannot work with destinationArn for vendor "
              + (destination == null ? request.destinationArn() : destination.service()));
    }
    refuse("FieldSelectionCriteria", request.fieldSelectionCriteria());
    if (!request.emitSystemFields().isEmpty()) {
      refuse("EmitSystemFields", request.emitSystemFields());
    }
    var _ = state.requireGroup(group);
    delivery.test(request.destinationArn());
    state.locks.with(
        group,
        () -> {
          state.requireGroup(group);
          var old = state.subscriptions.get(key);
          if (old == null && state.subscriptions.list(parts(group)).size() >= SUBSCRIPTIONS_MAX) {
            throw LogsErrors.limit("Resource limit exceeded.");
          }
          state.subscriptions.put(
              key,
              SubscriptionFilter.builder()
                  .filterName(request.filterName())
                  .logGroupName(group.group())
                  .filterPattern(request.filterPattern())
                  .destinationArn(request.destinationArn())
                  .roleArn(request.roleArn())
                  .applyOnTransformedLogs(Boolean.TRUE.equals(request.applyOnTransformedLogs()))
                  .distribution(
                      request.distribution() == null
                          ? Distribution.BY_LOG_STREAM
                          : request.distribution())
                  .creationTime(old == null ? cloud.clock().millis() : old.creationTime())
                  .build());
          return key;
        });
    return PutSubscriptionFilterResponse.builder().build();
  }

  @Override
  public DescribeSubscriptionFiltersResponse describeSubscriptionFilters(
      DescribeSubscriptionFiltersRequest request) {
    var group = group(request.logGroupName(), null);
    state.requireGroup(group);
    var prefix = request.filterNamePrefix();
    var found =
        state.subscriptions.list(parts(group)).stream()
            .filter(f -> prefix == null || f.filterName().startsWith(prefix))
            .toList();
    var page = Pages.of(found, request.nextToken(), request.limit(), 50);
    return DescribeSubscriptionFiltersResponse.builder()
        .subscriptionFilters(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public DeleteSubscriptionFilterResponse deleteSubscriptionFilter(
      DeleteSubscriptionFilterRequest request) {
    var group = group(request.logGroupName(), null);
    state.requireGroup(group);
    var key = new FilterKey(group, request.filterName());
    if (!state.subscriptions.contains(key)) {
      throw LogsErrors.notFound("The specified subscription filter does not exist.");
    }
    state.subscriptions.delete(key);
    return DeleteSubscriptionFilterResponse.builder().build();
  }

  @Override
  public PutMetricFilterResponse putMetricFilter(PutMetricFilterRequest request) {
    var group = group(request.logGroupName(), null);
    var key = new FilterKey(group, name(request.filterName()));
    FilterPattern.parse(request.filterPattern());
    if (request.metricTransformations().size() != 1) {
      throw LogsErrors.constraint(
          "metricTransformations",
          request.metricTransformations(),
          "have length "
              + (request.metricTransformations().isEmpty()
                  ? "greater than or equal to 1"
                  : "less than or equal to 1"));
    }
    var transformation = request.metricTransformations().getFirst();
    if (transformation.defaultValue() != null && !transformation.dimensions().isEmpty()) {
      throw LogsErrors.invalid(
          "Invalid metric transformation: dimensions and default value are mutually exclusive"
              + " properties.");
    }
    var value = transformation.metricValue();
    if (value != null && !value.startsWith("$") && !NUMBER.matcher(value).matches()) {
      throw LogsErrors.invalid(
          "Invalid metric transformation: the metric value must be a number or a field of the"
              + " filter pattern, beginning with $.");
    }
    refuse("FieldSelectionCriteria", request.fieldSelectionCriteria());
    state.locks.with(
        group,
        () -> {
          state.requireGroup(group);
          var old = state.metricFilters.get(key);
          if (old == null && state.metricFilters.list(parts(group)).size() >= METRIC_FILTERS_MAX) {
            throw LogsErrors.limit("Resource limit exceeded.");
          }
          state.metricFilters.put(
              key,
              MetricFilter.builder()
                  .filterName(request.filterName())
                  .logGroupName(group.group())
                  .filterPattern(request.filterPattern())
                  .metricTransformations(request.metricTransformations())
                  .applyOnTransformedLogs(Boolean.TRUE.equals(request.applyOnTransformedLogs()))
                  .creationTime(old == null ? cloud.clock().millis() : old.creationTime())
                  .build());
          return key;
        });
    return PutMetricFilterResponse.builder().build();
  }

  @Override
  public DescribeMetricFiltersResponse describeMetricFilters(DescribeMetricFiltersRequest request) {
    var found = new ArrayList<MetricFilter>();
    var scope = Call.current().scope();
    var parts =
        request.logGroupName() == null
            ? new Object[] {scope.account(), scope.region()}
            : parts(group(request.logGroupName(), null));
    if (request.logGroupName() != null) {
      state.requireGroup(group(request.logGroupName(), null));
    }
    state.metricFilters.scan(
        (key, filter) -> {
          if (matches(request, filter)) {
            found.add(filter);
          }
          return true;
        },
        parts);
    var page = Pages.of(found, request.nextToken(), request.limit(), 50);
    return DescribeMetricFiltersResponse.builder()
        .metricFilters(page.items())
        .nextToken(page.next())
        .build();
  }

  private static boolean matches(DescribeMetricFiltersRequest request, MetricFilter filter) {
    var prefix = request.filterNamePrefix();
    return (prefix == null || filter.filterName().startsWith(prefix))
        && (request.metricName() == null
            || filter.metricTransformations().stream()
                .anyMatch(t ->
                    t.metricName().equals(request.metricName())
                        && t.metricNamespace().equals(request.metricNamespace())));
  }

  @Override
  public DeleteMetricFilterResponse deleteMetricFilter(DeleteMetricFilterRequest request) {
    var group = group(request.logGroupName(), null);
    state.requireGroup(group);
    var key = new FilterKey(group, request.filterName());
    if (!state.metricFilters.contains(key)) {
      throw LogsErrors.notFound("The specified metric filter does not exist.");
    }
    state.metricFilters.delete(key);
    return DeleteMetricFilterResponse.builder().build();
  }

  @Override
  public TestMetricFilterResponse testMetricFilter(TestMetricFilterRequest request) {
    var pattern = FilterPattern.parse(request.filterPattern());
    var matches = new ArrayList<MetricFilterMatchRecord>();
    long number = 0;
    for (var message : request.logEventMessages()) {
      number++;
      if (pattern.matches(message)) {
        matches.add(
            MetricFilterMatchRecord.builder()
                .eventNumber(number)
                .eventMessage(message)
                .extractedValues(pattern.extract(message))
                .build());
      }
    }
    return TestMetricFilterResponse.builder().matches(matches).build();
  }

  private static GroupKey group(@Nullable String name, @Nullable String identifier) {
    return new GroupKey(Call.current().scope(), LogsState.groupName(name, identifier));
  }

  private static Object[] parts(GroupKey group) {
    return new Object[] {group.scope().account(), group.scope().region(), group.group()};
  }

  private static String name(@Nullable String name) {
    if (name == null || !name.matches("[^:*]{1,512}")) {
      throw LogsErrors.constraint(
          "filterName", name == null ? "null" : name, "satisfy regular expression pattern: [^:*]*");
    }
    return name;
  }

  private static void refuse(String property, @Nullable Object value) {
    if (value != null) {
      throw LogsErrors.invalid("Terrarium does not implement " + property + " of filters.");
    }
  }
}
