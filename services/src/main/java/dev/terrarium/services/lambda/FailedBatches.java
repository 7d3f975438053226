package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Tells a mapping's on-failure destination of the batches of a shard that were given up.
final class FailedBatches {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter KEY_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH.mm.ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Cloud cloud;
  private final MappingTarget target;
  private final StreamSource source;
  private final String shard;
  private final Destinations destinations;

  FailedBatches(Cloud cloud, MappingTarget target, StreamSource source, String shard) {
    this.cloud = cloud;
    this.target = target;
    this.source = source;
    this.shard = shard;
    this.destinations = new Destinations(cloud);
  }

  /// Tells of one.
  ///
  /// @param invokes how often the function was called with it
  /// @param last what came of the last call, or null if there was none
  void add(
      List<StreamSource.Item> items,
      String condition,
      int invokes,
      MappingTarget.@Nullable Ran last,
      String event) {
    target.count("DroppedEventCount", items.size());
    var config = target.mapping.destinationConfig();
    var destination =
        config == null || config.onFailure() == null ? null : config.onFailure().destination();
    if (destination == null) {
      return;
    }
    var now = cloud.clock().now();
    var record = Json.object();
    var context = record.putObject("requestContext");
    context.put("requestId", cloud.ids().uuid());
    context.put("functionArn", target.mapping.functionArn());
    context.put("condition", condition);
    context.put("approximateInvokeCount", invokes);
    if (last != null) {
      var response = record.putObject("responseContext");
      response.put("statusCode", 200);
      response.put("executedVersion", last.version());
      response.put("functionError", last.outcome().error());
    } else {
      record.putNull("responseContext");
    }
    record.put("version", "1.0");
    record.put("timestamp", Destinations.TIME.format(now));
    var info = record.putObject(source.batchInfo());
    info.put("shardId", shard);
    info.put("startSequenceNumber", items.getFirst().sequence());
    info.put("endSequenceNumber", items.getLast().sequence());
    info.put("approximateArrivalOfFirstRecord", time(items.getFirst().arrival()));
    info.put("approximateArrivalOfLastRecord", time(items.getLast().arrival()));
    info.put("batchSize", items.size());
    info.put("streamArn", source.signal());
    if (Arn.of(destination).map(arn -> arn.service().equals("s3")).orElse(false)) {
      record.put("payload", event);
    }
    if (destinations.sendBatch(destination, key(now), Json.write(record))) {
      target.count("OnFailureDestinationDeliveredEventCount", items.size());
    }
  }

  private String key(Instant now) {
    return "aws/lambda/"
        + target.mapping.uuid()
        + "/"
        + shard
        + "/"
        + DAY.format(now)
        + "/"
        + KEY_TIME.format(now)
        + "-"
        + cloud.ids().uuid();
  }

  /// With milliseconds only where the source has them.
  private static String time(Instant moment) {
    return moment.toEpochMilli() % 1000 == 0 ? moment.toString() : Destinations.TIME.format(moment);
  }
}
