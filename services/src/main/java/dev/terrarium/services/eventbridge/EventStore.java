package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.DescribeEventBusResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.Target;

/// The keyspaces of EventBridge, and the rules of its buses ready to be matched.
final class EventStore {
  final Cloud cloud;

  /// Those that were made, and the default one if something about it was set.
  final Keyspace<BusKey, DescribeEventBusResponse> buses;

  final Keyspace<RuleKey, DescribeRuleResponse> rules;
  final Keyspace<TargetKey, Target> targets;

  /// By the ARN of what bears them.
  final Keyspace<String, Map<String, String>> tags;

  private final Locks locks = new Locks();
  private final Map<BusKey, RuleBook> books = new ConcurrentHashMap<>();

  EventStore(Cloud cloud) {
    this.cloud = cloud;
    this.buses =
        keyspace("buses", BusKey.CODEC, new PojoCodec<>(DescribeEventBusResponse::builder));
    this.rules = keyspace("rules", RuleKey.CODEC, new PojoCodec<>(DescribeRuleResponse::builder));
    this.targets = keyspace("targets", TargetKey.CODEC, new PojoCodec<>(Target::builder));
    this.tags =
        keyspace(
            "tags",
            KeyCodec.STRING,
            Codec.of(1, (tags, writer) -> writer.strings(tags), BinaryReader::strings));
  }

  <K, V> Keyspace<K, V> keyspace(String kind, KeyCodec<K> keys, Codec<V> values) {
    return new Keyspace<>(cloud.store(), "events." + kind, keys, values);
  }

  static Scope scope() {
    return Call.current().scope();
  }

  static BusKey key(String name) {
    return new BusKey(scope(), name);
  }

  /// Everything of one kind that the caller has, in the order of the names.
  <V> List<V> list(Keyspace<BusKey, V> keyspace) {
    return keyspace.list(scope().account(), scope().region());
  }

  /// Changes something while nobody else changes anything of the same account and region, all at
  /// once. Configuration only: events do not come here.
  <T> T change(Function<Batch, T> work) {
    return locks.with(
        scope(),
        () -> {
          var batch = new Batch();
          var result = work.apply(batch);
          cloud.store().commit(batch);
          return result;
        });
  }

  /// What is known of a bus, or null if there is none. The default one is always there.
  @Nullable DescribeEventBusResponse find(BusKey key) {
    var found = buses.get(key);
    if (found == null && key.isDefault()) {
      return DescribeEventBusResponse.builder().name(key.name()).arn(key.arn()).build();
    }
    return found;
  }

  /// What is known of a bus of the caller's.
  DescribeEventBusResponse bus(BusKey key) {
    var found = key.scope().equals(scope()) ? find(key) : null;
    if (found == null) {
      throw EventsErrors.noBus(key.name());
    }
    return found;
  }

  /// The key of a rule on a bus that is there.
  RuleKey ruleKey(@Nullable String bus, String name) {
    var key = BusKey.of(scope(), bus);
    var _ = bus(key);
    return new RuleKey(key, name);
  }

  DescribeRuleResponse rule(RuleKey key) {
    var found = rules.get(key);
    if (found == null) {
      throw EventsErrors.noRule(key);
    }
    return found;
  }

  /// The rules of a bus, in the order of their names.
  List<DescribeRuleResponse> rulesOf(BusKey key) {
    return rules.list(key.scope().account(), key.scope().region(), key.name());
  }

  /// The rules of a bus, compiled.
  RuleBook book(BusKey key) {
    return books.computeIfAbsent(key, bus -> new RuleBook(this, bus));
  }

  /// The rules of a bus or their targets change with the batch.
  void changed(Batch batch, BusKey bus) {
    batch.afterCommit(() -> books.remove(bus));
  }
}
