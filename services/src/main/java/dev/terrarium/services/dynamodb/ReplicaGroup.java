package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.PojoCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;

/// The tables of one name in several regions of an account that replicate each other.
///
/// @param version AWS's version of global tables: [#CURRENT] or [#LEGACY]
/// @param replicas each with its region, in the order in which they came
record ReplicaGroup(String version, Instant created, List<ReplicaDescription> replicas) {
  static final String CURRENT = "2019.11.21";
  static final String LEGACY = "2017.11.29";

  private static final PojoCodec<ReplicaDescription> REPLICA =
      new PojoCodec<>(ReplicaDescription::builder);

  static final Codec<ReplicaGroup> CODEC =
      Codec.of(
          1,
          (group, writer) ->
              writer
                  .string(group.version)
                  .instant(group.created)
                  .list(group.replicas, (w, replica) -> REPLICA.write(w, replica)),
          reader ->
              new ReplicaGroup(reader.string(), reader.instant(), reader.list(REPLICA::read)));

  /// Which: the account and the name that all the tables have.
  record GroupKey(String account, String name) {
    static final KeyCodec<GroupKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.account).string(key.name),
            reader -> new GroupKey(reader.string(), reader.string()));

    static GroupKey of(TableKey table) {
      return new GroupKey(table.account(), table.name());
    }

    TableKey in(String region) {
      return new TableKey(account, region, name);
    }
  }

  ReplicaGroup {
    replicas = List.copyOf(replicas);
  }

  static ReplicaDescription replica(String region, ReplicaStatus status) {
    return ReplicaDescription.builder().regionName(region).replicaStatus(status).build();
  }

  boolean isLegacy() {
    return version.equals(LEGACY);
  }

  @Nullable ReplicaDescription in(String region) {
    for (var replica : replicas) {
      if (replica.regionName().equals(region)) {
        return replica;
      }
    }
    return null;
  }

  ReplicaGroup with(ReplicaDescription replica) {
    var all = new ArrayList<>(replicas);
    all.add(replica);
    return new ReplicaGroup(version, created, all);
  }

  ReplicaGroup without(String region) {
    return new ReplicaGroup(
        version,
        created,
        replicas.stream().filter(replica -> !replica.regionName().equals(region)).toList());
  }

  ReplicaGroup change(String region, UnaryOperator<ReplicaDescription> change) {
    return new ReplicaGroup(
        version,
        created,
        replicas.stream()
            .map(replica -> replica.regionName().equals(region) ? change.apply(replica) : replica)
            .toList());
  }
}
