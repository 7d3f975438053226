package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import software.amazon.awssdk.services.kinesis.model.DescribeAccountSettingsRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeAccountSettingsResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeLimitsRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeLimitsResponse;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentInputStatus;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentOutput;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentOutputStatus;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsResponse;

/// Limits and settings of accounts.
final class KinesisAccounts extends KinesisPart {
  private static final Set<String> LARGE = Set.of("us-east-1", "us-west-2", "eu-west-1");
  private static final int SHARDS_MAX_LARGE = 20_000;
  private static final int SHARDS_MAX = 6_000;
  private static final int ON_DEMAND_STREAMS_MAX = 50;
  private static final Duration COMMITTED_MIN = Duration.ofHours(24);

  KinesisAccounts(Streams streams) {
    super(streams);
  }

  private static int shardsMax(String region) {
    return LARGE.contains(region) ? SHARDS_MAX_LARGE : SHARDS_MAX;
  }

  /// Refuses shards that an account may not have.
  static void checkShardLimit(Streams streams, StreamKey key, int additional) {
    var limit = shardsMax(key.region());
    var current = streams.openShards(key.scope());
    if (current + additional > limit) {
      throw KinesisErrors.limit(
          "This request would exceed the shard limit for the account "
              + key.account()
              + " in "
              + key.region()
              + ". Current shard count for the account: "
              + current
              + ". Limit: "
              + limit
              + ". Number of additional shards that would have resulted from this request: "
              + additional
              + ". Refer to the AWS Service Limits page"
              + " (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current"
              + " limits and how to request higher limits.");
    }
  }

  @Override
  public DescribeLimitsResponse describeLimits(DescribeLimitsRequest request) {
    var scope = Call.current().scope();
    var onDemand =
        streams.list(scope, "", Integer.MAX_VALUE).stream()
            .filter(stream -> stream.config().isOnDemand())
            .count();
    return DescribeLimitsResponse.builder()
        .shardLimit(shardsMax(scope.region()))
        .openShardCount(streams.openShards(scope))
        .onDemandStreamCount((int) onDemand)
        .onDemandStreamCountLimit(ON_DEMAND_STREAMS_MAX)
        .build();
  }

  @Override
  public DescribeAccountSettingsResponse describeAccountSettings(
      DescribeAccountSettingsRequest request) {
    return DescribeAccountSettingsResponse.builder()
        .minimumThroughputBillingCommitment(show(settings()))
        .build();
  }

  @Override
  public UpdateAccountSettingsResponse updateAccountSettings(UpdateAccountSettingsRequest request) {
    var wanted = request.minimumThroughputBillingCommitment();
    new KinesisConstraints()
        .required("minimumThroughputBillingCommitment", wanted)
        .oneOf(
            "minimumThroughputBillingCommitment.status",
            wanted == null ? null : wanted.statusAsString(),
            "ENABLED",
            "DISABLED")
        .check();
    var enable = wanted.status() == MinimumThroughputBillingCommitmentInputStatus.ENABLED;
    var now = nowMillis();
    AccountSettings settings;
    streams.defining.lock();
    try {
      settings = settings();
      if (enable != settings.committed()) {
        if (!enable && now < settings.startedMillis() + COMMITTED_MIN.toMillis()) {
          throw KinesisErrors.validation(
              "The minimum throughput billing commitment cannot be ended before "
                  + Instant.ofEpochMilli(settings.startedMillis()).plus(COMMITTED_MIN)
                  + ".");
        }
        settings =
            enable
                ? new AccountSettings(true, now, 0)
                : new AccountSettings(false, settings.startedMillis(), now);
        streams.stored.accounts.put(key(), settings);
      }
    } finally {
      streams.defining.unlock();
    }
    return UpdateAccountSettingsResponse.builder()
        .minimumThroughputBillingCommitment(show(settings))
        .build();
  }

  private static StreamStore.AccountKey key() {
    var scope = Call.current().scope();
    return new StreamStore.AccountKey(scope.account(), scope.region());
  }

  private AccountSettings settings() {
    var settings = streams.stored.accounts.get(key());
    return settings == null ? AccountSettings.NONE : settings;
  }

  private static MinimumThroughputBillingCommitmentOutput show(AccountSettings settings) {
    var shown =
        MinimumThroughputBillingCommitmentOutput.builder()
            .status(
                settings.committed()
                    ? MinimumThroughputBillingCommitmentOutputStatus.ENABLED
                    : MinimumThroughputBillingCommitmentOutputStatus.DISABLED);
    if (settings.startedMillis() > 0) {
      var started = Instant.ofEpochMilli(settings.startedMillis());
      shown.startedAt(started).earliestAllowedEndAt(started.plus(COMMITTED_MIN));
    }
    if (settings.endedMillis() > 0) {
      shown.endedAt(Instant.ofEpochMilli(settings.endedMillis()));
    }
    return shown.build();
  }
}
