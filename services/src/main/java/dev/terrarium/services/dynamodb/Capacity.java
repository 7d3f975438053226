package dev.terrarium.services.dynamodb;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;

/// What requests consume: a write unit per KiB, a read unit per 4 KiB read consistently, half of it
/// otherwise, twice of either in transactions. Summed up per table and index.
final class Capacity {
  private final String mode;
  private final boolean transactional;
  private final Map<String, Used> byTable = new LinkedHashMap<>();

  private static final class Used {
    double reads;
    double writes;
    final Map<String, Double> globals = new HashMap<>();
    final Map<String, Double> locals = new HashMap<>();

    double total() {
      return reads
          + writes
          + globals.values().stream().mapToDouble(d -> d).sum()
          + locals.values().stream().mapToDouble(d -> d).sum();
    }
  }

  /// @param mode `TOTAL`, `INDEXES`, or anything else for not at all
  Capacity(@Nullable String mode, boolean transactional) {
    this.mode = mode == null ? "NONE" : mode;
    this.transactional = transactional;
  }

  static long writeUnits(int bytes) {
    return Math.max(1, (bytes + 1023) / 1024);
  }

  static double readUnits(long bytes, boolean consistent) {
    var units = Math.max(1, (bytes + 4095) / 4096);
    return consistent ? units : units / 2.0;
  }

  boolean isWanted() {
    return !mode.equals("NONE");
  }

  void write(Table table, Writes.Weight weight) {
    if (isWanted()) {
      var factor = transactional ? 2 : 1;
      var used = used(table);
      used.writes += weight.units() * factor;
      weight
          .indexUnits()
          .forEach((index, units) ->
              (index.global() ? used.globals : used.locals)
                  .merge(index.name(), (double) units * factor, Double::sum));
    }
  }

  /// A write that came to nothing costs one unit, or what the item that is there weighs.
  void failedWrite(Table table, int bytes) {
    if (isWanted()) {
      used(table).writes += writeUnits(bytes) * (transactional ? 2 : 1);
    }
  }

  void read(Table table, @Nullable Index index, double units) {
    if (isWanted()) {
      var used = used(table);
      if (index == null) {
        used.reads += units * (transactional ? 2 : 1);
      } else {
        (index.global() ? used.globals : used.locals).merge(index.name(), units, Double::sum);
      }
    }
  }

  private Used used(Table table) {
    return byTable.computeIfAbsent(table.key.name(), name -> new Used());
  }

  /// What was consumed of the one table, or null if nobody wants to know.
  @Nullable ConsumedCapacity one() {
    var all = all();
    return all.isEmpty() ? null : all.getFirst();
  }

  /// What was consumed by table.
  List<ConsumedCapacity> all() {
    return byTable.entrySet().stream().map(e -> show(e.getKey(), e.getValue())).toList();
  }

  private ConsumedCapacity show(String table, Used used) {
    var shown = ConsumedCapacity.builder().tableName(table).capacityUnits(used.total());
    if (transactional) {
      if (used.writes > 0) {
        shown.writeCapacityUnits(used.total());
      } else {
        shown.readCapacityUnits(used.total());
      }
    }
    if (mode.equals("INDEXES")) {
      shown.table(
          software.amazon.awssdk.services.dynamodb.model.Capacity.builder()
              .capacityUnits(used.reads + used.writes)
              .build());
      if (!used.globals.isEmpty()) {
        shown.globalSecondaryIndexes(show(used.globals));
      }
      if (!used.locals.isEmpty()) {
        shown.localSecondaryIndexes(show(used.locals));
      }
    }
    return shown.build();
  }

  private static Map<String, software.amazon.awssdk.services.dynamodb.model.Capacity> show(
      Map<String, Double> units) {
    var shown = new HashMap<String, software.amazon.awssdk.services.dynamodb.model.Capacity>();
    units.forEach((name, count) ->
        shown.put(
            name,
            software.amazon.awssdk.services.dynamodb.model.Capacity.builder()
                .capacityUnits(count)
                .build()));
    return shown;
  }
}
