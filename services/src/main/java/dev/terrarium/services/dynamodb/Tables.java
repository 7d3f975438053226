package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Garbage;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;

/// All tables of all accounts and regions.
final class Tables implements AutoCloseable {
  /// The keyspaces of what is in a table.
  private static final List<String> KINDS =
      List.of(
          "items",
          "indexes",
          "tallies",
          "history",
          "outbox",
          "replication",
          "versions",
          "deletions");

  final Cloud cloud;
  final Store store;
  final Keyspace<TableKey, TableConfig> configs;
  final Streams streams;
  final Expiries expiries;
  final Outbox outbox;
  final Replication replication;
  final ReplicaGroups groups;
  final Idempotency idempotency;
  final Garbage garbage;
  final TableMetrics metrics;

  /// Held while tables come, go or change, for memory work only.
  final ReentrantLock defining = new ReentrantLock();

  private final Map<TableKey, Table> live = new ConcurrentHashMap<>();

  Tables(Cloud cloud) {
    this.cloud = cloud;
    this.store = cloud.store();
    this.configs = new Keyspace<>(store, "dynamodb.tables", TableKey.CODEC, TableConfig.CODEC);
    this.garbage = new Garbage(cloud, "dynamodb");
    this.metrics = new TableMetrics(cloud, live.values());
    this.streams = new Streams(cloud);
    this.expiries = new Expiries(this);
    this.outbox = new Outbox(this);
    this.replication = new Replication(this);
    this.groups = new ReplicaGroups(this);
    this.idempotency = new Idempotency(cloud);
  }

  /// Takes up what was left when the process last ended.
  void start() {
    garbage.sweepLater();
    expiries.start();
    streams.start();
    groups.start();
    cloud.timers().handle(History.TRIM, timer -> History.trim(this, timer));
    configs.scan((key, config) -> {
      var filling =
          config.description().globalSecondaryIndexes().stream()
              .anyMatch(index -> index.indexStatus() == IndexStatus.CREATING);
      if (filling) {
        fillLater(key);
      }
      if (config.ttlFilling() != null) {
        expiries.fillLater(key);
      }
      if (Outbox.isOn(config)) {
        outbox.start(key);
      }
      return true;
    });
  }

  @Override
  public void close() {
    metrics.close();
    expiries.close();
    outbox.close();
    replication.close();
  }

  /// The table that the caller means by a name or ARN.
  Table get(String nameOrArn) {
    var table = find(TableKey.of(nameOrArn));
    if (table == null) {
      throw DynamoErrors.noTable();
    }
    return table;
  }

  /// As [#get], in the words of operations on tables themselves.
  Table describe(String nameOrArn) {
    var key = TableKey.of(nameOrArn);
    var table = find(key);
    if (table == null) {
      throw DynamoErrors.noTable(key.name());
    }
    return table;
  }

  @Nullable Table find(TableKey key) {
    var table = live.get(key);
    return table == null ? live.computeIfAbsent(key, this::load) : table;
  }

  private @Nullable Table load(TableKey key) {
    var config = configs.get(key);
    return config == null ? null : new Table(cloud, metrics, key, layout(key, config));
  }

  private Layout layout(TableKey key, TableConfig config) {
    return Layout.of(key, config, streams.log(key, config.description()), groups.others(key));
  }

  /// Makes a table.
  Table create(TableKey key, TableConfig config, @Nullable StreamConfig stream) {
    defining.lock();
    try {
      if (find(key) != null) {
        throw DynamoErrors.inUse("Table already exists: " + key.name());
      }
      var batch = new Batch();
      stage(batch, key, config, stream);
      store.commit(batch);
      var table = find(key);
      if (table == null) {
        throw new IllegalStateException("A table that was just made is gone: " + key);
      }
      return table;
    } finally {
      defining.unlock();
    }
  }

  /// Stages a table that is not there yet.
  void stage(Batch batch, TableKey key, TableConfig config, @Nullable StreamConfig stream) {
    configs.put(batch, key, config);
    if (stream != null) {
      streams.put(batch, key, config.description().latestStreamLabel(), stream);
    }
  }

  /// Changes a table's definition while nobody writes into it.
  ///
  /// @param change may stage more into the batch
  TableConfig change(Table table, Batch batch, UnaryOperator<TableConfig> change) {
    defining.lock();
    try {
      change(List.of(table), batch, (key, config) -> change.apply(config));
      return table.layout().config();
    } finally {
      defining.unlock();
    }
  }

  /// Changes the definitions of a table and all its replicas at once while nobody writes into any.
  ///
  /// @param change may stage more into the batch
  void changeAll(Table table, Batch batch, BiFunction<TableKey, TableConfig, TableConfig> change) {
    defining.lock();
    try {
      var members = groups.members(table);
      // As transactions lock, so that nobody waits for each other.
      members.sort(Comparator.comparing(member -> member.layout().config().storageId()));
      change(members, batch, change);
    } finally {
      defining.unlock();
    }
  }

  private void change(
      List<Table> members, Batch batch, BiFunction<TableKey, TableConfig, TableConfig> change) {
    exclusively(
        members,
        () -> {
          var configs = new ArrayList<TableConfig>();
          for (var member : members) {
            var config = change.apply(member.key, member.layout().config());
            this.configs.put(batch, member.key, config);
            configs.add(config);
          }
          store.commit(batch);
          for (int i = 0; i < members.size(); i++) {
            var member = members.get(i);
            member.layout(layout(member.key, configs.get(i)));
          }
        });
  }

  private static void exclusively(List<Table> members, Runnable work) {
    if (members.isEmpty()) {
      work.run();
      return;
    }
    members
        .getFirst()
        .exclusively(() -> {
          exclusively(members.subList(1, members.size()), work);
          return true;
        });
  }

  /// Takes up what is stored of a table; called under [#defining].
  void refresh(Table table) {
    table.exclusively(() -> {
      var config = Objects.requireNonNull(configs.get(table.key));
      table.layout(layout(table.key, config));
      return true;
    });
  }

  /// @param batch has what else is to be done at once
  void delete(Table table, Batch batch) {
    defining.lock();
    try {
      table.exclusively(() -> {
        var config = table.layout().config();
        configs.delete(batch, table.key);
        streams.disable(batch, table.layout().stream());
        for (var kind : KINDS) {
          garbage.discard(batch, prefix(kind, table.key, config.storageId()));
        }
        store.commit(batch);
        table.delete();
        return live.remove(table.key, table);
      });
    } finally {
      defining.unlock();
    }
    garbage.sweepLater();
  }

  static byte[] prefix(String kind, TableKey table, String storageId) {
    return Key.of("dynamodb." + kind, table.account(), table.region(), storageId);
  }

  /// Fills the table's new indexes and then lets them be read.
  void fillLater(TableKey key) {
    background(
        "fill",
        key.scope(),
        () -> {
          var table = find(key);
          if (table != null) {
            IndexChanges.fill(this, table);
          }
        });
  }

  void background(String name, Scope scope, Runnable work) {
    cloud.background("dynamodb", name, scope, work);
  }

  /// The names of a scope's tables that come after `after`, in order.
  List<String> names(Scope scope, String after, int max) {
    var names = new ArrayList<String>();
    configs.scanFrom(
        TableKey.of(scope, after),
        (key, config) -> {
          if (!key.name().equals(after)) {
            names.add(key.name());
          }
          return names.size() < max;
        },
        scope.account(),
        scope.region());
    return names;
  }
}
