package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.OnDemandThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ThrottlingException;
import software.amazon.awssdk.services.dynamodb.model.ThrottlingReason;

/// What a table and its global indexes give and take, if the table asks for it by a tag: the units
/// that they are provisioned with, or the most that an on-demand one is to have, each second, and
/// what was not used in the five minutes before.
///
/// A request that is larger than a second's units passes with a second's units in hand and is paid
/// for afterwards; otherwise it could never pass.
final class Throttle {
  private static final String TAG = "terrarium:throttling";
  private static final int BURST_SECONDS = 300;

  private final TableKey key;
  private final Clock clock;
  private final Map<String, Bucket> buckets = new HashMap<>();

  Throttle(TableKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  static boolean isOn(Layout layout) {
    return "on".equals(layout.config().tags().get(TAG));
  }

  /// What one read or write needs.
  ///
  /// @param table units of the table, and of its local indexes
  /// @param indexes units by global index
  record Need(boolean writes, double table, Map<Index, Double> indexes) {}

  /// Which limit is in the way.
  ///
  /// @param index the name of the index whose limit it is, or null
  record Refusal(String arn, @Nullable String index, boolean provisioned, boolean writes) {
    AwsServiceException toException() {
      var reason =
          ThrottlingReason.builder()
              .reason(
                  (index == null ? "Table" : "Index")
                      + (writes ? "Write" : "Read")
                      + (provisioned
                          ? "ProvisionedThroughputExceeded"
                          : "MaxOnDemandThroughputExceeded"))
              .resource(arn)
              .build();
      return provisioned
          ? Errors.of(
              ProvisionedThroughputExceededException.builder().throttlingReasons(reason),
              400,
              "ProvisionedThroughputExceededException",
              message())
          : Errors.of(
              ThrottlingException.builder().throttlingReasons(reason),
              400,
              "ThrottlingException",
              message());
    }

    CancellationReason toReason() {
      return CancellationReason.builder()
          .code(provisioned ? "ProvisionedThroughputExceeded" : "ThrottlingError")
          .message(message())
          .build();
    }

    private String message() {
      if (!provisioned) {
        return "Throughput exceeds the maximum OnDemandThroughput configured on table or index";
      }
      return index == null
          ? "The level of configured provisioned throughput for the table was exceeded. Consider"
              + " increasing your provisioning level with the UpdateTable API."
          : "The level of configured provisioned throughput for one or more global secondary indexes"
              + " of the table was exceeded. Consider increasing your provisioning level for the"
              + " under-provisioned global secondary indexes with the UpdateTable API";
    }
  }

  private static final class Bucket {
    double level;
    long sinceMillis;

    Bucket(long sinceMillis) {
      this.sinceMillis = sinceMillis;
    }
  }

  /// What is taken from one bucket, and what is said if it is not there.
  private record Share(Bucket bucket, double units, double perSecond, Refusal refusal) {}

  /// Takes everything that is needed or nothing; returns what is in the way, or null.
  synchronized @Nullable Refusal take(Layout layout, Need need) {
    var shares = shares(layout, need);
    for (var share : shares) {
      if (share.bucket.level < Math.min(share.units, share.perSecond)) {
        return share.refusal;
      }
    }
    shares.forEach(share -> share.bucket.level -= share.units);
    return null;
  }

  /// Puts back what was taken for something that was not done.
  synchronized void giveBack(Layout layout, Need need) {
    shares(layout, need).forEach(share -> share.bucket.level += share.units);
  }

  private List<Share> shares(Layout layout, Need need) {
    var description = layout.config().description();
    var shares = new ArrayList<Share>();
    if (need.table > 0) {
      add(
          shares,
          layout,
          null,
          need.writes,
          need.table,
          description.provisionedThroughput(),
          description.onDemandThroughput());
    }
    for (var index : description.globalSecondaryIndexes()) {
      need.indexes.forEach((needed, units) -> {
        if (needed.name().equals(index.indexName())) {
          add(
              shares,
              layout,
              needed,
              need.writes,
              units,
              index.provisionedThroughput(),
              index.onDemandThroughput());
        }
      });
    }
    return shares;
  }

  private void add(
      List<Share> shares,
      Layout layout,
      @Nullable Index index,
      boolean writes,
      double units,
      @Nullable ProvisionedThroughputDescription provisioned,
      @Nullable OnDemandThroughput onDemand) {
    var given =
        provisioned == null
            ? null
            : writes ? provisioned.writeCapacityUnits() : provisioned.readCapacityUnits();
    var isProvisioned = given != null && given > 0;
    if (!isProvisioned && onDemand != null) {
      given = writes ? onDemand.maxWriteRequestUnits() : onDemand.maxReadRequestUnits();
    }
    if (given == null || given <= 0) {
      return;
    }
    var arn = key.arn() + (index == null ? "" : "/index/" + index.name());
    var bucket = bucket(layout, (writes ? "w" : "r") + (index == null ? "" : index.id()), given);
    shares.add(
        new Share(
            bucket,
            units,
            given,
            new Refusal(arn, index == null ? null : index.name(), isProvisioned, writes)));
  }

  /// A bucket with what has come into it since it was last looked at. One that is new has a
  /// second's units, and what the table has not used since it was made.
  private Bucket bucket(Layout layout, String name, double perSecond) {
    var created = layout.config().description().creationDateTime();
    var bucket =
        buckets.computeIfAbsent(
            name,
            n -> new Bucket((created == null ? Instant.EPOCH : created).toEpochMilli() - 1000));
    var now = clock.millis();
    var seconds = Math.max(0, now - bucket.sinceMillis) / 1000.0;
    bucket.level = Math.min(perSecond * BURST_SECONDS, bucket.level + seconds * perSecond);
    bucket.sinceMillis = now;
    return bucket;
  }
}
