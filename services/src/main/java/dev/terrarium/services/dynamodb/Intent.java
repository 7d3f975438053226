package dev.terrarium.services.dynamodb;

import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.Update;
import dev.terrarium.services.dynamodb.value.Sizes;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One write of one item, checked as far as it can be without the item that is there.
///
/// @param condition on the item as it is, or null
/// @param update what it does to the item, if it is an update
/// @param showsOnFailure whether the caller wants to see the item that failed the condition
record Intent(
    Table table,
    ItemKey key,
    @Nullable Condition condition,
    Change change,
    @Nullable Update update,
    boolean showsOnFailure) {
  static final int ITEM_BYTES_MAX = 400 * 1024;
  private static final Change NONE = before -> before;

  /// From the item that is there, if any, to the one that shall be.
  @FunctionalInterface
  interface Change {
    /// The item afterwards; null for none.
    @Nullable Map<String, Value> apply(@Nullable Map<String, Value> before);
  }

  /// What became of it.
  record Outcome(
      @Nullable Map<String, Value> before,
      @Nullable Map<String, Value> after,
      Writes.Weight weight) {}

  boolean holds(@Nullable Map<String, Value> before) {
    return condition == null || condition.test(before == null ? Map.of() : before);
  }

  /// Whether it only looks.
  boolean isCheck() {
    return change == NONE;
  }

  int stripe() {
    return key.stripe(Table.STRIPES);
  }

  /// Writes an item whatever is there.
  static Intent put(
      Table table, Map<String, Value> item, @Nullable Condition condition, boolean shows) {
    var layout = table.layout();
    Keys.checkScalars(layout, condition, null);
    var key = Keys.checkItem(layout.schema(), item);
    checkIndexKeys(layout, item);
    return new Intent(table, key, condition, before -> item, null, shows);
  }

  /// Removes an item.
  static Intent delete(
      Table table, Map<String, Value> keys, @Nullable Condition condition, boolean shows) {
    Keys.checkScalars(table.layout(), condition, null);
    var key = Keys.check(table.layout().schema(), keys);
    return new Intent(table, key, condition, before -> null, null, shows);
  }

  /// Only looks at an item.
  static Intent check(Table table, Map<String, Value> keys, Condition condition, boolean shows) {
    Keys.checkScalars(table.layout(), condition, null);
    var key = Keys.check(table.layout().schema(), keys);
    return new Intent(table, key, condition, NONE, null, shows);
  }

  /// Changes an item, or makes it.
  static Intent update(
      Table table,
      Map<String, Value> keys,
      Update update,
      @Nullable Condition condition,
      boolean shows) {
    var layout = table.layout();
    Keys.checkScalars(layout, condition, null);
    update.paths(path -> Keys.checkScalar(layout, path));
    var key = Keys.check(layout.schema(), keys);
    for (var path : update.paths()) {
      if (layout.schema().has(path.attribute())) {
        throw DynamoErrors.invalid(
            "Cannot update attribute " + path.attribute() + ". This attribute is part of the key");
      }
    }
    Change change =
        before -> {
          var after = update.apply(before == null ? keys : before);
          if (Sizes.of(after) > ITEM_BYTES_MAX) {
            throw DynamoErrors.validation(
                "Item size to update has exceeded the maximum allowed size");
          }
          checkIndexKeys(layout, after);
          return after;
        };
    return new Intent(table, key, condition, change, update, shows);
  }

  private static void checkIndexKeys(Layout layout, Map<String, Value> item) {
    for (var index : layout.indexes()) {
      index.checkKey(item);
    }
  }

  /// Carries it out alone.
  Outcome execute(Tables tables, Capacity capacity) {
    return table.locked(
        stripe(),
        () -> {
          var before = table.read(key);
          if (!holds(before)) {
            capacity.failedWrite(table, before == null ? 0 : Sizes.of(before));
            table.usage.conditionsFailed.increment();
            throw DynamoErrors.conditionFailed(showsOnFailure ? before : null);
          }
          var after = DynamoErrors.validated(() -> new Changed(change.apply(before))).item;
          var writes = new Writes(tables);
          var weight = writes.change(table, key, before, after, false);
          capacity.write(table, weight);
          writes.commit();
          return new Outcome(before, after, weight);
        });
  }

  private record Changed(@Nullable Map<String, Value> item) {}
}
