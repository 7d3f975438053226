package dev.terrarium.services.kinesis;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.MergeShardsRequest;
import software.amazon.awssdk.services.kinesis.model.MergeShardsResponse;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.SplitShardResponse;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountResponse;

/// Shards are split and merged.
final class KinesisResharding extends KinesisPart {
  private static final int SCALINGS_MAX = 10;
  private static final int SHARDS_MAX = 10_000;

  KinesisResharding(Streams streams) {
    super(streams);
  }

  /// Where the range of the shard of a number begins if `count` shards divide all hash keys evenly.
  static HashKey boundary(int number, int count) {
    if (number >= count) {
      return HashKey.LEAST; // All places, one past the last.
    }
    var width = HashKey.COUNT.divide(BigInteger.valueOf(count));
    return HashKey.of(width.multiply(BigInteger.valueOf(number)));
  }

  @Override
  public SplitShardResponse splitShard(SplitShardRequest request) {
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .required("shardToSplit", request.shardToSplit())
            .name("shardToSplit", request.shardToSplit())
            .required("newStartingHashKey", request.newStartingHashKey())
            .hashKey("newStartingHashKey", request.newStartingHashKey())
            .check();
    var stream = streams.get(request.streamName(), request.streamARN());
    var wanted = new BigInteger(request.newStartingHashKey());
    stream.reshard(() -> {
      refuseOnDemand(stream, "SplitShard");
      var shard = open(stream, request.shardToSplit());
      var config = shard.config();
      var least = config.from().number().add(BigInteger.ONE);
      if (wanted.compareTo(least) <= 0 || wanted.compareTo(config.to().number()) >= 0) {
        throw KinesisErrors.invalid(
            "NewStartingHashKey "
                + wanted
                + " used in SplitShard() on shard "
                + config.id()
                + KinesisErrors.of(stream.key)
                + " is not both greater than one plus the shard's StartingHashKey "
                + config.from()
                + " and less than the shard's EndingHashKey "
                + config.to()
                + ".");
      }
      KinesisAccounts.checkShardLimit(streams, stream.key, 1);
      var change = new Change(stream);
      change.split(config, HashKey.of(wanted));
      return change.resharding();
    });
    return SplitShardResponse.builder().build();
  }

  @Override
  public MergeShardsResponse mergeShards(MergeShardsRequest request) {
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .required("shardToMerge", request.shardToMerge())
            .name("shardToMerge", request.shardToMerge())
            .required("adjacentShardToMerge", request.adjacentShardToMerge())
            .name("adjacentShardToMerge", request.adjacentShardToMerge())
            .check();
    var stream = streams.get(request.streamName(), request.streamARN());
    stream.reshard(() -> {
      refuseOnDemand(stream, "MergeShards");
      var one = open(stream, request.shardToMerge()).config();
      var other = open(stream, request.adjacentShardToMerge()).config();
      var adjacent =
          one.index() != other.index() && (isFollowedBy(one, other) || isFollowedBy(other, one));
      if (!adjacent) {
        throw KinesisErrors.invalid(
            "Shards "
                + one.id()
                + " and "
                + other.id()
                + KinesisErrors.of(stream.key)
                + " are not an adjacent pair of shards eligible for merging.");
      }
      var change = new Change(stream);
      change.merge(one, other);
      return change.resharding();
    });
    return MergeShardsResponse.builder().build();
  }

  private static boolean isFollowedBy(ShardConfig one, ShardConfig other) {
    return !one.to().equals(HashKey.GREATEST) && one.to().next().equals(other.from());
  }

  private static Shard open(Stream stream, String shardId) {
    Shard shard;
    try {
      shard = KinesisReads.shard(stream, shardId);
    } catch (software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException e) {
      throw KinesisErrors.noShard(shardId, stream.key);
    }
    if (!shard.config().isOpen()) {
      throw KinesisErrors.invalid(
          "Shard "
              + shard.config().id()
              + KinesisErrors.of(stream.key)
              + " has already been merged or split, and thus is not eligible for merging or"
              + " splitting.");
    }
    return shard;
  }

  private static void refuseOnDemand(Stream stream, String operation) {
    if (stream.config().isOnDemand()) {
      throw KinesisErrors.validation(
          "Request is invalid. Stream "
              + stream.key.name()
              + " under account "
              + stream.key.account()
              + " is in On-Demand mode; "
              + operation
              + " is not supported for it.");
    }
  }

  @Override
  public UpdateShardCountResponse updateShardCount(UpdateShardCountRequest request) {
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .required("targetShardCount", request.targetShardCount())
            .range("targetShardCount", request.targetShardCount(), 1, Integer.MAX_VALUE)
            .required("scalingType", request.scalingTypeAsString())
            .oneOf("scalingType", request.scalingTypeAsString(), "UNIFORM_SCALING")
            .check();
    int target = request.targetShardCount();
    var stream = streams.get(request.streamName(), request.streamARN());
    var current = new int[1];
    stream.reshard(() -> {
      refuseOnDemand(stream, "UpdateShardCount");
      current[0] = stream.shards().open.size();
      checkScaling(stream, current[0], target);
      if (target > current[0]) {
        KinesisAccounts.checkShardLimit(streams, stream.key, target - current[0]);
      }
      var change = new Change(stream);
      change.scale(target);
      var scalings = KinesisSettings.recent(stream.config().scalings(), nowMillis());
      scalings.add(nowMillis());
      var resharding = change.resharding();
      return new Stream.Resharding(
          resharding.closing(), resharding.opening(), resharding.config().withScalings(scalings));
    });
    return UpdateShardCountResponse.builder()
        .streamName(stream.key.name())
        .streamARN(stream.arn)
        .currentShardCount(current[0])
        .targetShardCount(target)
        .build();
  }

  private void checkScaling(Stream stream, int current, int target) {
    var counts =
        " your current open shard count. Current open shard count: "
            + current
            + " Target shard count: "
            + target;
    if (target > current * 2L) {
      throw KinesisErrors.invalid("UpdateShardCount cannot scale up over double" + counts);
    }
    if (target * 2L < current) {
      throw KinesisErrors.invalid("UpdateShardCount cannot scale down below half" + counts);
    }
    if (target > SHARDS_MAX) {
      throw KinesisErrors.limit(
          "UpdateShardCount cannot scale a stream to more than " + SHARDS_MAX + " shards.");
    }
    if (KinesisSettings.recent(stream.config().scalings(), nowMillis()).size() >= SCALINGS_MAX) {
      throw KinesisErrors.limit(
          "UpdateShardCount can be called at most "
              + SCALINGS_MAX
              + " times in a rolling 24-hour period for stream "
              + stream.key.name()
              + " under account "
              + stream.key.account()
              + ".");
    }
  }

  /// A resharding that takes shape step by step. What one step makes the next may take apart again:
  /// such shards are closed as soon as they are there, as AWS's are.
  private final class Change {
    private final Stream stream;
    private final long now = nowMillis();
    private final List<Shard> closing = new ArrayList<>();
    private final List<ShardConfig> made = new ArrayList<>();
    private int next;

    Change(Stream stream) {
      this.stream = stream;
      this.next = stream.config().nextShard();
    }

    Stream.Resharding resharding() {
      return new Stream.Resharding(closing, made, stream.config().withNextShard(next));
    }

    List<ShardConfig> split(ShardConfig shard, HashKey at) {
      close(shard);
      var seconds = seconds(shard, null);
      var low = make(shard.index(), ShardConfig.NONE, shard.from(), at.previous(), seconds);
      return List.of(low, make(shard.index(), ShardConfig.NONE, at, shard.to(), seconds));
    }

    ShardConfig merge(ShardConfig one, ShardConfig other) {
      close(one);
      close(other);
      var low = one.from().compareTo(other.from()) < 0 ? one : other;
      var high = low == one ? other : one;
      return make(one.index(), other.index(), low.from(), high.to(), seconds(one, other));
    }

    /// Divides all hash keys evenly: first each shard is split at the new boundaries, then what
    /// lies between two boundaries is merged.
    void scale(int target) {
      if (target == stream.shards().open.size()) {
        return;
      }
      var pieces = new ArrayList<ShardConfig>();
      int number = 1;
      for (var shard : stream.shards().open) {
        var piece = shard.config();
        while (number < target && boundary(number, target).compareTo(piece.to()) <= 0) {
          var boundary = boundary(number, target);
          if (boundary.compareTo(piece.from()) > 0) {
            var halves = split(piece, boundary);
            pieces.add(halves.getFirst());
            piece = halves.getLast();
          }
          number++;
        }
        pieces.add(piece);
      }
      var merged = pieces.getFirst();
      number = 1;
      for (var piece : pieces.subList(1, pieces.size())) {
        if (number < target && piece.from().equals(boundary(number, target))) {
          number++;
          merged = piece;
        } else {
          merged = merge(merged, piece);
        }
      }
    }

    private ShardConfig make(int parent, int adjacent, HashKey from, HashKey to, long seconds) {
      var shard = new ShardConfig(next++, parent, adjacent, from, to, now, seconds, 0);
      made.add(shard);
      return shard;
    }

    /// Sequence numbers grow from parents to children, so these were made later.
    private long seconds(ShardConfig one, @Nullable ShardConfig other) {
      var parents = Math.max(one.shardSeconds(), other == null ? 0 : other.shardSeconds());
      return Math.max(now / 1000, parents + 1);
    }

    private void close(ShardConfig shard) {
      var fresh = made.indexOf(shard);
      if (fresh >= 0) {
        made.set(fresh, shard.closed(now));
      } else {
        closing.add(
            stream.shards().all.stream()
                .filter(there -> there.config().index() == shard.index())
                .findFirst()
                .orElseThrow());
      }
    }
  }
}
