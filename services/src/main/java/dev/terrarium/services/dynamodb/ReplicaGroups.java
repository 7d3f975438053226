package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.dynamodb.ReplicaGroup.GroupKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/// All global tables: which tables replicate each other.
///
/// What is stored of a group is the truth; the layouts of its tables follow from it. A new replica
/// is there, empty, from the moment it is stored; from then on writes go to it, and what was there
/// before is copied behind the answer, also after a crash.
final class ReplicaGroups {
  private static final String BOTH = "NEW_AND_OLD_IMAGES";

  private final Tables tables;
  private final Keyspace<GroupKey, ReplicaGroup> groups;

  ReplicaGroups(Tables tables) {
    this.tables = tables;
    this.groups =
        new Keyspace<>(tables.store, "dynamodb.replicaGroups", GroupKey.CODEC, ReplicaGroup.CODEC);
  }

  /// Takes up what was left when the process last ended.
  void start() {
    groups.scan((key, group) -> {
      for (var replica : group.replicas()) {
        tables.replication.start(key.in(replica.regionName()));
        if (replica.replicaStatus() == ReplicaStatus.CREATING) {
          fillLater(key, replica.regionName());
        }
      }
      return true;
    });
  }

  @Nullable ReplicaGroup of(TableKey table) {
    var group = groups.get(GroupKey.of(table));
    return group == null || group.in(table.region()) == null ? null : group;
  }

  @Nullable ReplicaGroup get(GroupKey key) {
    return groups.get(key);
  }

  /// An account's groups in the order of their names.
  Map<GroupKey, ReplicaGroup> of(String account) {
    var found = new java.util.LinkedHashMap<GroupKey, ReplicaGroup>();
    groups.scan(
        (key, group) -> {
          found.put(key, group);
          return true;
        },
        account);
    return found;
  }

  /// The other replicas of a table.
  List<TableKey> others(TableKey table) {
    var group = of(table);
    return group == null
        ? List.of()
        : group.replicas().stream()
            .map(ReplicaDescription::regionName)
            .filter(region -> !region.equals(table.region()))
            .map(GroupKey.of(table)::in)
            .toList();
  }

  /// The table and its replicas.
  List<Table> members(Table table) {
    var members = new ArrayList<>(List.of(table));
    for (var other : table.layout().replicas()) {
      var found = tables.find(other);
      if (found != null) {
        members.add(found);
      }
    }
    return members;
  }

  /// Stores what a group is from now on, with what else the batch has, and lets its tables know.
  ///
  /// Called under [Tables#defining]; tables that the batch makes are in the new group.
  void put(Batch batch, GroupKey key, @Nullable ReplicaGroup before, @Nullable ReplicaGroup after) {
    if (after == null) {
      groups.delete(batch, key);
    } else {
      groups.put(batch, key, after);
    }
    tables.store.commit(batch);
    var regions = new LinkedHashSet<String>();
    for (var group : new @Nullable ReplicaGroup[] {before, after}) {
      if (group != null) {
        group.replicas().forEach(replica -> regions.add(replica.regionName()));
      }
    }
    for (var region : regions) {
      var table = tables.find(key.in(region));
      if (table != null) {
        tables.refresh(table);
        tables.replication.start(table.key);
      }
    }
  }

  /// Adds an empty table in another region, which then is filled.
  void add(Table source, ReplicaDescription wanted) {
    var key = GroupKey.of(source.key);
    var region = wanted.regionName();
    tables.defining.lock();
    try {
      var group = groups.get(key);
      if (group != null && group.isLegacy()) {
        throw validation(
            "Replica updates of a global table of version 2017.11.29 are made by UpdateGlobalTable.");
      }
      if (tables.find(key.in(region)) != null) {
        throw validation(
            "Failed to create a the new replica of table with name: ‘"
                + key.name()
                + "’ because one or more replicas already existed as tables.");
      }
      var batch = new Batch();
      stream(batch, source);
      var now = tables.cloud.clock().now();
      var first = new ReplicaGroup(ReplicaGroup.CURRENT, now, List.of());
      var before = group == null ? first.with(active(source.key.region())) : group;
      make(batch, source, key.in(region), wanted);
      put(batch, key, before, before.with(wanted));
    } finally {
      tables.defining.unlock();
    }
    fillLater(key, region);
  }

  /// Replicas have a stream of both images; one is made if there is none.
  private void stream(Batch batch, Table table) {
    var config = table.layout().config();
    var description = config.description();
    var log = table.layout().stream();
    if (log != null && !log.config.viewType().equals(BOTH)) {
      throw validation(
          "Table must have DynamoDB Streams enabled with StreamViewType set to " + BOTH + ".");
    }
    if (log == null) {
      var wanted = StreamSpecification.builder().streamEnabled(true).streamViewType(BOTH).build();
      var stream = tables.streams.make(table.key, wanted, table.layout().schema(), null);
      var changed = description.toBuilder();
      TableMaker.withStream(changed, table.key, wanted, stream);
      tables.stage(batch, table.key, config.with(changed.build()), stream);
    }
  }

  private static ReplicaDescription active(String region) {
    return ReplicaGroup.replica(region, ReplicaStatus.ACTIVE);
  }

  /// A table that is like another one, in another region.
  private void make(Batch batch, Table source, TableKey key, ReplicaDescription wanted) {
    var config = source.layout().config();
    var request =
        ContinuousBackups.copyOf(config.description(), null)
            .tableName(key.name())
            .onDemandThroughput(config.description().onDemandThroughput())
            .streamSpecification(
                StreamSpecification.builder().streamEnabled(true).streamViewType(BOTH).build())
            .build();
    var made = new TableMaker(tables).prepare(key, request, Map.of());
    var description =
        Overrides.apply(wanted, made.config().description()).toBuilder()
            .tableStatus(TableStatus.CREATING)
            .build();
    var ttl = config.ttlAttribute();
    var replica = made.config().with(description);
    tables.stage(
        batch,
        key,
        ttl.isEmpty() ? replica : replica.withTtl(ttl, tables.cloud.clock().now()),
        made.stream());
  }

  private void fillLater(GroupKey key, String region) {
    tables.background(
        "replicate",
        key.in(region).scope(),
        () -> {
          var group = groups.get(key);
          var target = tables.find(key.in(region));
          var source = group == null ? null : source(key, group);
          if (source != null && target != null) {
            // What is being sent just now may go only to those that were there before: when it has
            // arrived at the source, it is copied from there.
            members(source).forEach(tables.replication::drain);
            tables.replication.fill(source, target);
            activate(key, region);
          }
        });
  }

  /// A replica that has everything.
  private @Nullable Table source(GroupKey key, ReplicaGroup group) {
    return group.replicas().stream()
        .filter(replica -> replica.replicaStatus() == ReplicaStatus.ACTIVE)
        .findFirst()
        .map(replica -> tables.find(key.in(replica.regionName())))
        .orElse(null);
  }

  private void activate(GroupKey key, String region) {
    tables.defining.lock();
    try {
      var group = groups.get(key);
      var table = tables.find(key.in(region));
      if (group == null || table == null || group.in(region) == null) {
        return;
      }
      var batch = new Batch();
      var config = table.layout().config();
      tables.configs.put(
          batch,
          table.key,
          config.with(config.description().toBuilder().tableStatus(TableStatus.ACTIVE).build()));
      put(
          batch,
          key,
          group,
          group.change(
              region, replica -> replica.toBuilder().replicaStatus(ReplicaStatus.ACTIVE).build()));
    } finally {
      tables.defining.unlock();
    }
  }

  /// Changes what a replica has of its own.
  void change(Table source, ReplicaDescription wanted) {
    var key = GroupKey.of(source.key);
    var region = wanted.regionName();
    tables.defining.lock();
    try {
      var group = groups.get(key);
      var target = tables.find(key.in(region));
      if (group == null || group.isLegacy() || group.in(region) == null || target == null) {
        throw noReplica(region);
      }
      var batch = new Batch();
      var config = target.layout().config();
      tables.configs.put(
          batch, target.key, config.with(Overrides.apply(wanted, config.description())));
      put(batch, key, group, group.change(region, replica -> Overrides.merge(replica, wanted)));
    } finally {
      tables.defining.unlock();
    }
  }

  /// Takes a replica out of its group and deletes its table.
  void remove(Table source, String region) {
    var key = GroupKey.of(source.key);
    var group = groups.get(key);
    var target = tables.find(key.in(region));
    if (group == null || group.isLegacy() || group.in(region) == null || target == null) {
      throw noReplica(region);
    }
    delete(target);
  }

  private static RuntimeException noReplica(String region) {
    return validation(
        "Update global table operation failed because one or more replicas were not part of the"
            + " global table. Please retry the request without these replicas: ["
            + region
            + "].");
  }

  /// Deletes a table; the others of its group go on without it.
  void delete(Table table) {
    tables.replication.drain(table);
    var key = GroupKey.of(table.key);
    tables.defining.lock();
    try {
      var group = of(table.key);
      var left = group == null ? null : group.without(table.key.region());
      var batch = new Batch();
      if (left == null) {
        tables.delete(table, batch);
        return;
      }
      if (left.replicas().size() < 2 && !left.isLegacy()) {
        groups.delete(batch, key);
      } else {
        groups.put(batch, key, left);
      }
      var others = members(table);
      others.remove(table);
      for (var other : others) {
        var config = other.layout().config();
        if (!config.ttlAttribute().isEmpty()) {
          // What only the removed replica would have ended.
          var again = config.withTtl(config.ttlAttribute(), config.ttlChanged());
          tables.configs.put(batch, other.key, again);
        }
      }
      tables.delete(table, batch);
      for (var other : others) {
        tables.refresh(other);
        tables.expiries.fillLater(other.key);
      }
    } finally {
      tables.defining.unlock();
    }
  }
}
