package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;

/// What requests consume: a write unit per KiB, a read unit per 4 KiB read consistently, half of it
/// otherwise, twice of either in transactions. Summed up per table and index, and taken from what
/// there is of tables that are throttled: counting refuses what they do not have.
final class Capacity {
  private static final CancellationReason NONE = CancellationReason.builder().code("None").build();

  private final String mode;
  private final boolean transactional;
  private final boolean free;
  private final List<Taken> taken = new ArrayList<>(0);
  private final List<CancellationReason> reasons = new ArrayList<>(0);
  private final Map<String, Used> byTable = new LinkedHashMap<>();

  /// What was taken for one action of a transaction, and may have to be given back.
  private record Taken(Table table, Throttle.Need need) {}

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
    this(mode, transactional, false);
  }

  private Capacity(@Nullable String mode, boolean transactional, boolean free) {
    this.mode = mode == null ? "NONE" : mode;
    this.transactional = transactional;
    this.free = free;
  }

  /// For what costs no capacity, such as imports.
  static Capacity free() {
    return new Capacity(null, false, true);
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

  /// Whether it matters what is read of a table.
  boolean counts(Table table) {
    return isWanted() || isMetered(table) || isThrottled(table);
  }

  private boolean isMetered(Table table) {
    return !free && table.metrics.isOn();
  }

  private boolean isThrottled(Table table) {
    return !free && Throttle.isOn(table.layout());
  }

  /// Called before the write is committed.
  void write(Table table, Writes.Weight weight) {
    var factor = transactional ? 2 : 1;
    if (isThrottled(table)) {
      var own = (double) weight.units() * factor;
      var globals = new HashMap<Index, Double>();
      for (var index : weight.indexUnits().entrySet()) {
        var units = (double) index.getValue() * factor;
        if (index.getKey().global()) {
          globals.put(index.getKey(), units);
        } else {
          own += units;
        }
      }
      take(table, new Throttle.Need(true, own, globals));
    } else if (transactional) {
      reasons.add(NONE);
    }
    if (isMetered(table)) {
      table.metrics.touch();
      double own = weight.units() * factor;
      for (var index : weight.indexUnits().entrySet()) {
        double units = index.getValue() * factor;
        if (index.getKey().global()) {
          table.usage(index.getKey().name()).writes.add(units);
        } else {
          own += units;
        }
      }
      table.usage.writes.add(own);
    }
    if (isWanted()) {
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
    var units = writeUnits(bytes) * (transactional ? 2.0 : 1.0);
    if (isThrottled(table)) {
      take(table, new Throttle.Need(true, units, Map.of()));
    }
    if (isMetered(table)) {
      table.metrics.touch();
      table.usage.writes.add(units);
    }
    if (isWanted()) {
      used(table).writes += units;
    }
  }

  /// Called before anything is shown of what was read.
  void read(Table table, @Nullable Index index, double units) {
    var needed = units * (transactional ? 2 : 1);
    if (isThrottled(table)) {
      take(
          table,
          index == null || !index.global()
              ? new Throttle.Need(false, needed, Map.of())
              : new Throttle.Need(false, 0, Map.of(index, needed)));
    } else if (transactional) {
      reasons.add(NONE);
    }
    if (isMetered(table)) {
      table.metrics.touch();
      table.usage(index == null || !index.global() ? null : index.name()).reads.add(needed);
    }
    if (isWanted()) {
      var used = used(table);
      if (index == null) {
        used.reads += needed;
      } else {
        (index.global() ? used.globals : used.locals).merge(index.name(), units, Double::sum);
      }
    }
  }

  /// Takes it, or refuses what needs it; of a transaction, when all of it is known.
  private void take(Table table, Throttle.Need need) {
    var refusal = table.throttle.take(table.layout(), need);
    if (refusal != null && isMetered(table)) {
      table.metrics.touch();
      table.usage(refusal.index()).throttled(need.writes(), Call.current().operation());
    }
    if (!transactional) {
      if (refusal != null) {
        throw refusal.toException();
      }
    } else if (refusal == null) {
      taken.add(new Taken(table, need));
      reasons.add(NONE);
    } else {
      reasons.add(refusal.toReason());
    }
  }

  /// Cancels a transaction of which a part was refused; called when all of it was counted.
  void settle() {
    if (reasons.stream().anyMatch(reason -> reason != NONE)) {
      taken.forEach(part -> part.table.throttle.giveBack(part.table.layout(), part.need));
      throw Transaction.cancelled(reasons);
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
