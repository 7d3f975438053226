package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.logs.LogsState.EventKey;
import dev.terrarium.services.logs.LogsState.FilterKey;
import dev.terrarium.services.logs.LogsState.GroupKey;
import dev.terrarium.services.logs.LogsState.StreamKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricFilter;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;
import software.amazon.awssdk.services.cloudwatchlogs.model.SubscriptionFilter;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;

/// Passes new events on: to the subscriptions of their group, and to its metric filters.
///
/// Delivery happens behind the writer's back and, as on AWS, at most a few times: what a
/// destination refuses is logged and dropped.
final class LogDelivery {
  private final Cloud cloud;
  private final LogsState state;
  private final Map<String, FilterPattern> patterns = new ConcurrentHashMap<>();

  LogDelivery(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
  }

  /// Has events passed on when the batch that stores them commits.
  ///
  /// @param first the sequence number of the first event
  void deliver(Batch batch, StreamKey key, List<InputLogEvent> events, long first) {
    var group = key.group();
    var parts = new Object[] {group.scope().account(), group.scope().region(), group.group()};
    var subscriptions = new HashMap<FilterKey, SubscriptionFilter>();
    state.subscriptions.scan((k, filter) -> subscriptions.put(k, filter) == null, parts);
    accountWide(group)
        .forEach(
            filter -> subscriptions.put(new FilterKey(group, "\n" + filter.filterName()), filter));
    var metrics = state.metricFilters.list(parts);
    var embedded = events.stream().filter(e -> EmbeddedMetrics.mayBeIn(e.message())).toList();
    if (subscriptions.isEmpty() && metrics.isEmpty() && embedded.isEmpty()) {
      return;
    }
    batch.afterCommit(() ->
        cloud.background(
            "logs",
            "logs-delivery",
            group.scope(),
            () -> {
              var seen = new Seen(group, events);
              subscriptions
                  .values()
                  .forEach(s -> subscribed(s, key, seen.by(s.applyOnTransformedLogs()), first));
              metrics.forEach(f -> measured(f, group, seen.by(f.applyOnTransformedLogs())));
              extract(embedded, group);
            }));
  }

  /// Events as they came, and as the group's transformer makes them, once somebody asks.
  private final class Seen {
    private final GroupKey group;
    private final List<InputLogEvent> events;
    private @Nullable List<InputLogEvent> transformed;

    Seen(GroupKey group, List<InputLogEvent> events) {
      this.group = group;
      this.events = events;
    }

    List<InputLogEvent> by(@Nullable Boolean onTransformed) {
      if (!Boolean.TRUE.equals(onTransformed)) {
        return events;
      }
      var made = transformed;
      if (made == null) {
        var now = cloud.clock().millis();
        made =
            events.stream()
                .map(event ->
                    event.toBuilder()
                        .message(state.transformed(group, event.message(), now))
                        .build())
                .toList();
        transformed = made;
      }
      return made;
    }
  }

  /// The subscription filters that an account's policy gives to all its groups.
  private List<SubscriptionFilter> accountWide(GroupKey group) {
    var found = new ArrayList<SubscriptionFilter>();
    for (var policy : state.accountPolicies.list(group.scope())) {
      if (policy.policyType() == PolicyType.SUBSCRIPTION_FILTER_POLICY
          && LogSelection.covers(policy.selectionCriteria(), group.group())) {
        var document = Json.parse(policy.policyDocument());
        found.add(
            SubscriptionFilter.builder()
                .filterName(policy.policyName())
                .filterPattern(document.path("FilterPattern").asText(""))
                .destinationArn(document.path("DestinationArn").asText())
                .build());
      }
    }
    return found;
  }

  private FilterPattern pattern(@Nullable String text) {
    if (patterns.size() > 1000) {
      patterns.clear();
    }
    return patterns.computeIfAbsent(text == null ? "" : text, FilterPattern::parse);
  }

  private void subscribed(
      SubscriptionFilter filter, StreamKey key, List<InputLogEvent> events, long first) {
    var pattern = pattern(filter.filterPattern());
    var message = message(filter, key);
    var list = message.putArray("logEvents");
    var sequence = first;
    for (var event : events) {
      if (pattern.matches(event.message())) {
        list.addObject()
            .put("id", new EventKey(key, event.timestamp(), sequence).id())
            .put("timestamp", event.timestamp())
            .put("message", event.message());
      }
      sequence++;
    }
    if (!list.isEmpty()) {
      send(filter.destinationArn(), key, zipped(Json.write(message)));
    }
  }

  private static ObjectNode message(SubscriptionFilter filter, StreamKey key) {
    var message = Json.object();
    message.put("messageType", "DATA_MESSAGE");
    message.put("owner", key.group().scope().account());
    message.put("logGroup", key.group().group());
    message.put("logStream", key.stream());
    message.putArray("subscriptionFilters").add(filter.filterName());
    return message;
  }

  /// Sees whether a destination takes anything at all.
  void test(String destination) {
    var arn = Arn.of(destination).orElseThrow();
    var name = arn.resource().replaceFirst("^(stream|deliverystream)/", "");
    var kind = arn.service().equals("kinesis") ? "Kinesis" : "Firehose";
    var principal = Principal.service(arn.account(), "logs.amazonaws.com");
    try {
      switch (arn.service()) {
        case "lambda" ->
            cloud
                .client(LambdaClient.class, arn.scope(), principal)
                .getFunction(f -> f.functionName(destination));
        case "kinesis" ->
            cloud
                .client(KinesisClient.class, arn.scope(), principal)
                .putRecord(b ->
                    b.streamName(name)
                        .partitionKey("control")
                        .data(SdkBytes.fromByteArray(control(kind))));
        case "firehose" ->
            cloud
                .client(FirehoseClient.class, arn.scope(), principal)
                .putRecord(b ->
                    b.deliveryStreamName(name)
                        .record(r -> r.data(SdkBytes.fromByteArray(control(kind)))));
        default -> {
          if (state.destinations.get(arn.scope(), arn.resource().replaceFirst("^destination:", ""))
              == null) {
            throw LogsErrors.notFound("The specified destination does not exist.");
          }
        }
      }
    } catch (SdkException | IllegalArgumentException e) {
      throw LogsErrors.invalid(
          arn.service().equals("lambda")
              ? "Could not execute the lambda function. Make sure you have given CloudWatch Logs"
                  + " permission to execute your function."
              : "Could not deliver test message to specified %s stream. Check if the given %s stream is in ACTIVE state."
                  .formatted(kind, kind.equals("Kinesis") ? "kinesis" : kind));
    }
  }

  private byte[] control(String kind) {
    var message = Json.object().put("messageType", "CONTROL_MESSAGE");
    message.put("owner", "CloudwatchLogs").put("logGroup", "").put("logStream", "");
    message.putArray("subscriptionFilters");
    message
        .putArray("logEvents")
        .addObject()
        .put("id", "")
        .put("timestamp", cloud.clock().millis())
        .put("message", "CWL CONTROL MESSAGE: Checking health of destination " + kind + " stream.");
    return zipped(Json.write(message));
  }

  private void send(String destination, StreamKey key, byte[] data) {
    var arn = Arn.of(destination).orElseThrow();
    if (arn.service().equals("logs")) {
      var there =
          state.destinations.get(arn.scope(), arn.resource().replaceFirst("^destination:", ""));
      if (there != null) {
        send(there.targetArn(), key, data);
      }
      return;
    }
    var name = arn.resource().replaceFirst("^(stream|deliverystream)/", "");
    try {
      switch (arn.service()) {
        case "lambda" -> {
          var event = Json.object();
          event.putObject("awslogs").put("data", Base64.getEncoder().encodeToString(data));
          cloud
              .client(LambdaClient.class, arn.scope())
              .invoke(b ->
                  b.functionName(destination)
                      .invocationType(InvocationType.EVENT)
                      .payload(SdkBytes.fromUtf8String(Json.write(event))));
        }
        case "kinesis" ->
            cloud
                .client(KinesisClient.class, arn.scope())
                .putRecord(b ->
                    b.streamName(name)
                        .partitionKey(key.stream())
                        .data(SdkBytes.fromByteArray(data)));
        default -> {
          var record = Record.builder().data(SdkBytes.fromByteArray(data)).build();
          cloud
              .client(FirehoseClient.class, arn.scope())
              .putRecord(b -> b.deliveryStreamName(name).record(record));
        }
      }
    } catch (SdkException | IllegalArgumentException e) {
      warn("Cannot deliver log events to " + destination, e);
    }
  }

  private static byte[] zipped(String text) {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// Reports the metrics that programs have written into their log events.
  private void extract(List<InputLogEvent> events, GroupKey group) {
    if (events.isEmpty() || cloud.service("cloudwatch") == null) {
      return;
    }
    var found = new HashMap<String, List<MetricDatum>>();
    for (var event : events) {
      EmbeddedMetrics.of(event.message(), event.timestamp())
          .forEach((namespace, data) ->
              found.computeIfAbsent(namespace, n -> new ArrayList<>()).addAll(data));
    }
    found.forEach((namespace, data) -> report(namespace, data, group));
  }

  private void report(String namespace, List<MetricDatum> data, GroupKey group) {
    try {
      for (int from = 0; from < data.size(); from += 1000) {
        var part = data.subList(from, Math.min(data.size(), from + 1000));
        cloud
            .client(CloudWatchClient.class)
            .putMetricData(b -> b.namespace(namespace).metricData(part));
      }
    } catch (SdkException | IllegalArgumentException e) {
      warn("Cannot report the metrics in log events of " + group.group(), e);
    }
  }

  private void measured(MetricFilter filter, GroupKey group, List<InputLogEvent> events) {
    if (cloud.service("cloudwatch") == null) {
      return;
    }
    var pattern = pattern(filter.filterPattern());
    for (var transformation : filter.metricTransformations()) {
      var data = new ArrayList<MetricDatum>();
      for (var event : events) {
        var value = value(pattern, transformation, event.message());
        if (value != null) {
          data.add(datum(pattern, transformation, event, value));
        }
      }
      report(transformation.metricNamespace(), data, group);
    }
  }

  /// What an event adds to a metric: the default if it does not match, null if nothing.
  private static @Nullable Double value(
      FilterPattern pattern, MetricTransformation transformation, String message) {
    if (!pattern.matches(message)) {
      return transformation.defaultValue();
    }
    var given = transformation.metricValue();
    var text = given.startsWith("$") ? pattern.value(message, given) : given;
    try {
      return text == null ? transformation.defaultValue() : Double.valueOf(text);
    } catch (NumberFormatException _) {
      return transformation.defaultValue();
    }
  }

  private static MetricDatum datum(
      FilterPattern pattern,
      MetricTransformation transformation,
      InputLogEvent event,
      double value) {
    var dimensions = new ArrayList<Dimension>();
    transformation
        .dimensions()
        .forEach((name, selector) -> {
          var text = pattern.value(event.message(), selector);
          if (text != null) {
            dimensions.add(Dimension.builder().name(name).value(text).build());
          }
        });
    var unit = transformation.unitAsString();
    return MetricDatum.builder()
        .metricName(transformation.metricName())
        .timestamp(Instant.ofEpochMilli(event.timestamp()))
        .value(value)
        .unit(unit == null ? StandardUnit.NONE : StandardUnit.fromValue(unit))
        .dimensions(dimensions)
        .build();
  }

  private static void warn(String what, Exception e) {
    System.getLogger(LogDelivery.class.getName()).log(System.Logger.Level.WARNING, what, e);
  }
}
