package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.SequenceNumberRange;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;

/// Shards are listed.
final class KinesisShards extends KinesisPart {
  private static final int LIST_MAX = 1000;
  private static final int ALL = -1;

  /// Where a list goes on.
  ///
  /// @param millis the moment that the filter is about, or [#ALL] for shards of any time
  private record Token(
      StreamKey stream, String storageId, int after, long millis, boolean from, long madeMillis) {
    String encode() {
      var writer = new BinaryWriter(1);
      writer.string(stream.account()).string(stream.region()).string(stream.name());
      writer.string(storageId).number(after).number(millis).flag(from).number(madeMillis);
      return Base64.getEncoder().encodeToString(writer.toBytes());
    }

    static Token decode(String text) {
      try {
        var reader = new BinaryReader(Base64.getDecoder().decode(text));
        return new Token(
            new StreamKey(reader.string(), reader.string(), reader.string()),
            reader.string(),
            reader.integer(),
            reader.number(),
            reader.flag(),
            reader.number());
      } catch (IllegalArgumentException | StoreException | ArithmeticException e) {
        throw KinesisErrors.invalid("Invalid NextToken.");
      }
    }
  }

  KinesisShards(Streams streams) {
    super(streams);
  }

  @Override
  public ListShardsResponse listShards(ListShardsRequest request) {
    check(request);
    var token = request.nextToken();
    var place = token == null ? first(request) : next(token, request);
    var stream = streams.get(place.stream);
    if (!stream.config().storageId().equals(place.storageId)) {
      throw KinesisErrors.invalid("Invalid NextToken.");
    }
    var max = request.maxResults() == null ? LIST_MAX : Math.min(request.maxResults(), LIST_MAX);
    var found = new ArrayList<Shard>();
    var chosen = chosen(place);
    for (var shard : stream.visible()) {
      if (shard.config().index() > place.after && chosen.test(shard.config())) {
        found.add(shard);
      }
    }
    var response =
        ListShardsResponse.builder()
            .shards(found.stream().limit(max).map(KinesisShards::show).toList());
    if (found.size() > max) {
      var last = found.get(max - 1).config().index();
      response.nextToken(
          new Token(place.stream, place.storageId, last, place.millis, place.from, nowMillis())
              .encode());
    }
    return response.build();
  }

  private static void check(ListShardsRequest request) {
    var filter = request.shardFilter();
    var constraints =
        new KinesisConstraints()
            .stream(request.streamName(), request.streamARN())
                .length("nextToken", request.nextToken(), 1, 1_048_576)
                .name("exclusiveStartShardId", request.exclusiveStartShardId())
                .range("maxResults", request.maxResults(), 1, 10_000);
    if (filter != null) {
      constraints
          .required("shardFilter.type", filter.typeAsString())
          .oneOf(
              "shardFilter.type",
              filter.typeAsString(),
              "FROM_TRIM_HORIZON",
              "AT_LATEST",
              "FROM_TIMESTAMP",
              "AT_TIMESTAMP",
              "AFTER_SHARD_ID",
              "AT_TRIM_HORIZON")
          .name("shardFilter.shardId", filter.shardId());
    }
    constraints.check();
  }

  private Token next(String token, ListShardsRequest request) {
    if (request.streamName() != null || request.streamARN() != null) {
      throw KinesisErrors.invalid("NextToken and StreamName cannot be provided together.");
    }
    if (request.exclusiveStartShardId() != null) {
      throw KinesisErrors.invalid(
          "NextToken and ExclusiveStartShardId cannot be provided together.");
    }
    if (request.streamCreationTimestamp() != null) {
      throw KinesisErrors.invalid(
          "NextToken and StreamCreationTimestamp cannot be provided together.");
    }
    var place = Token.decode(token);
    var now = nowMillis();
    if (now - place.madeMillis > ShardIterator.LIFE_MILLIS) {
      throw KinesisErrors.expiredToken(place.madeMillis, now);
    }
    return place;
  }

  private Token first(ListShardsRequest request) {
    var stream = streams.get(request.streamName(), request.streamARN());
    stream.checkCreated(request.streamCreationTimestamp());
    var filter = request.shardFilter();
    var after = request.exclusiveStartShardId();
    var index = after == null ? -1 : index(after);
    var millis = filter == null ? ALL : millis(stream, filter);
    var from = true;
    if (filter != null) {
      var type = filter.typeAsString();
      from = type.startsWith("FROM_") || type.equals("AFTER_SHARD_ID");
      if (type.equals("AFTER_SHARD_ID")) {
        if (filter.shardId() == null) {
          throw KinesisErrors.invalid("ShardId must be specified for filter type AFTER_SHARD_ID.");
        }
        index = Math.max(index, index(filter.shardId()));
      }
    }
    return new Token(stream.key, stream.config().storageId(), index, millis, from, nowMillis());
  }

  /// The number in a shard's name; the shard need not be there any more.
  private static int index(String shardId) {
    var number = KinesisReads.SHARD_ID.matcher(shardId);
    if (!number.matches()) {
      throw KinesisErrors.invalid("Invalid ShardId: " + shardId);
    }
    return (int) Long.parseLong(number.group(1));
  }

  private long millis(Stream stream, ShardFilter filter) {
    var horizon = Math.max(stream.oldestMillis(), stream.config().createdMillis());
    return switch (filter.typeAsString()) {
      case "AT_LATEST" -> nowMillis();
      case "AT_TIMESTAMP", "FROM_TIMESTAMP" -> {
        var at = timestamp(filter.timestamp(), filter.typeAsString());
        if (at > nowMillis()) {
          throw KinesisErrors.invalid(
              "The Timestamp of the ShardFilter cannot be in the future: " + filter.timestamp());
        }
        yield Math.max(at, horizon);
      }
      case "AFTER_SHARD_ID" -> ALL;
      default -> horizon;
    };
  }

  private static long timestamp(@Nullable Instant given, String type) {
    if (given == null) {
      throw KinesisErrors.invalid("Timestamp must be specified for filter type " + type + ".");
    }
    return given.toEpochMilli();
  }

  /// Shards that were open at a moment, or at it and later. At the moment of a split it is the
  /// children that are open, so those of one moment divide all hash keys without a gap.
  private static Predicate<ShardConfig> chosen(Token place) {
    if (place.millis == ALL) {
      return shard -> true;
    }
    return place.from
        ? shard -> shard.isOpen() || shard.closedMillis() > place.millis
        : shard -> shard.isOpenAt(place.millis) || isFirst(shard, place.millis);
  }

  /// A stream tells when it was made to the second, and its first shards were there from then on.
  private static boolean isFirst(ShardConfig shard, long millis) {
    return shard.parent() == ShardConfig.NONE && (shard.isOpen() || shard.closedMillis() > millis);
  }

  /// A shard as it is shown.
  static software.amazon.awssdk.services.kinesis.model.Shard show(Shard shard) {
    var config = shard.config();
    var start = new SequenceNumber(config.shardSeconds(), config.index(), 0, config.shardSeconds());
    var range = SequenceNumberRange.builder().startingSequenceNumber(start.toString());
    if (!config.isOpen()) {
      range.endingSequenceNumber(shard.sequenceNumber(SequenceNumber.END, config.closedMillis()));
    }
    return software.amazon.awssdk.services.kinesis.model.Shard.builder()
        .shardId(config.id())
        .parentShardId(id(config.parent()))
        .adjacentParentShardId(id(config.adjacentParent()))
        .hashKeyRange(hashKeys(config))
        .sequenceNumberRange(range.build())
        .build();
  }

  /// The shards that a closed shard was split or merged into.
  static List<ChildShard> children(Stream stream, Shard shard) {
    return stream.settledShards().childrenOf(shard.config()).stream()
        .map(child ->
            ChildShard.builder()
                .shardId(child.id())
                .parentShards(
                    java.util.stream.Stream.of(child.parent(), child.adjacentParent())
                        .filter(parent -> parent != ShardConfig.NONE)
                        .map(ShardConfig::id)
                        .toList())
                .hashKeyRange(hashKeys(child))
                .build())
        .toList();
  }

  private static HashKeyRange hashKeys(ShardConfig config) {
    return HashKeyRange.builder()
        .startingHashKey(config.from().toString())
        .endingHashKey(config.to().toString())
        .build();
  }

  private static @Nullable String id(int shard) {
    return shard == ShardConfig.NONE ? null : ShardConfig.id(shard);
  }
}
