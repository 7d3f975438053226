package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.invalid;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.store.Key;
import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.Projection;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.ItemCodec;
import dev.terrarium.services.dynamodb.value.Sizes;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Reads one page of a table or an index: what Query and Scan have in common.
///
/// @param index what is read, or null for the table itself
/// @param limit how many entries are looked at
/// @param counts whether items are counted only
record Reading(
    Tables tables,
    Table table,
    @Nullable Index index,
    KeyRange.Bounds bounds,
    boolean reverse,
    int limit,
    boolean consistent,
    @Nullable Condition filter,
    @Nullable Projection projection,
    boolean counts) {
  static final int PAGE_BYTES_MAX = 1024 * 1024;

  /// A page.
  ///
  /// @param last the key behind which the next page begins, or null if this is the last
  record Page(
      List<Map<String, Value>> items, int count, int scanned, @Nullable Map<String, Value> last) {
    List<Map<String, AttributeValue>> toSdk() {
      return items.stream().map(AttributeValues::toSdk).toList();
    }
  }

  byte[] prefix() {
    return index == null ? table.layout().prefix() : index.prefix();
  }

  Page read(@Nullable Map<String, Value> startKey, Capacity capacity) {
    var from = bounds.from();
    byte @Nullable [] to = bounds.to();
    if (startKey != null) {
      var start = rawKey(startKey);
      if (reverse) {
        to = start;
      } else {
        from = Arrays.copyOf(start, start.length + 1);
      }
    }
    var items = new ArrayList<Map<String, Value>>();
    int count = 0;
    int scanned = 0;
    long bytes = 0;
    double fetched = 0;
    Map<String, Value> last = null;
    var fetches = fetches();
    try (var cursor = tables.store.scan(from, to, reverse)) {
      while (cursor.next()) {
        var item = ItemCodec.ITEM.decode(cursor.value());
        scanned++;
        bytes += Sizes.of(item);
        var whole = fetches ? fetch(item) : item;
        if (fetches) {
          fetched += Capacity.readUnits(Sizes.of(whole), consistent);
        }
        if (filter == null || filter.test(whole)) {
          count++;
          if (!counts) {
            items.add(projection == null ? whole : projection.apply(whole));
          }
        }
        if (scanned >= limit || bytes >= PAGE_BYTES_MAX) {
          last = key(item);
          break;
        }
      }
    }
    capacity.read(
        table,
        index,
        bytes == 0 ? Capacity.readUnits(0, consistent) : Capacity.readUnits(bytes, consistent));
    if (fetched > 0) {
      capacity.read(table, null, fetched);
    }
    return new Page(items, count, scanned, last);
  }

  /// A local index hands out what it does not hold itself, from the table.
  private boolean fetches() {
    var local = index == null || index.global() ? null : index.projected();
    if (local == null || counts && filter == null) {
      return false;
    }
    return projection != null
        && (projection.isEverything() || !local.containsAll(projection.attributes()));
  }

  private Map<String, Value> fetch(Map<String, Value> entry) {
    var item = table.read(ItemKey.of(table.layout().schema(), entry));
    return item == null ? entry : item;
  }

  private Map<String, Value> key(Map<String, Value> item) {
    var key = table.layout().schema().of(item);
    if (index != null) {
      key.putAll(index.schema().of(item));
    }
    return key;
  }

  /// The raw key of an entry, from its key attributes.
  private byte[] rawKey(Map<String, Value> key) {
    var itemKey = ItemKey.of(table.layout().schema(), key);
    return index == null ? itemKey.in(table.layout().prefix()) : index.key(itemKey, key);
  }

  /// A start key that is not one of what is read is refused.
  void checkStart(@Nullable Map<String, Value> start, String outside) {
    if (start == null) {
      return;
    }
    var schema = table.layout().schema();
    var names = new java.util.HashSet<String>();
    var attributes = new ArrayList<>(schema.attributes());
    if (index != null) {
      attributes.addAll(index.schema().attributes());
    }
    for (var attribute : attributes) {
      names.add(attribute.name());
      var value = start.get(attribute.name());
      if (value == null || !value.type().equals(attribute.type())) {
        throw validation(
            "The provided starting key is invalid: The provided key element does not match the schema");
      }
    }
    if (names.size() != start.size()) {
      throw validation("The provided starting key is invalid");
    }
    var raw = rawKey(start);
    var to = bounds.to();
    if (Arrays.compareUnsigned(raw, bounds.from()) < 0
        || to != null && Arrays.compareUnsigned(raw, to) >= 0) {
      throw validation(outside);
    }
  }

  /// Everything, or one of several equal parts of it.
  static KeyRange.Bounds part(byte[] prefix, long segment, long segments) {
    var from = (segment << 32) / segments + ((segment << 32) % segments == 0 ? 0 : 1);
    var next = ((segment + 1) << 32) / segments + (((segment + 1) << 32) % segments == 0 ? 0 : 1);
    return new KeyRange.Bounds(
        at(prefix, from), next == 1L << 32 ? Key.after(prefix) : at(prefix, next));
  }

  private static byte[] at(byte[] prefix, long spread) {
    var bytes = new byte[ItemKey.SPREAD_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (spread >>> (24 - 8 * i));
    }
    return new Key.Writer().raw(prefix).raw(bytes).toBytes();
  }

  /// What is to be shown of items: the checks of `Select`.
  static void checkSelect(
      @Nullable String select, boolean attributesToGet, boolean projects, @Nullable Index index) {
    if (select == null) {
      return;
    }
    var how = attributesToGet ? "AttributesToGet" : "ProjectionExpression";
    var any = attributesToGet || projects;
    switch (select) {
      case "ALL_ATTRIBUTES" -> {
        if (any) {
          throw validation("Cannot specify the " + how + " when choosing to get ALL_ATTRIBUTES");
        } else if (index != null && index.global() && index.projected() != null) {
          throw invalid(
              "Select type ALL_ATTRIBUTES is not supported for global secondary index "
                  + index.name()
                  + " because its projection type is not ALL");
        }
      }
      case "ALL_PROJECTED_ATTRIBUTES" -> {
        if (any) {
          throw validation(
              "Cannot specify the " + how + " when choosing to get ALL_PROJECTED_ATTRIBUTES");
        } else if (index == null) {
          throw invalid(
              "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
        }
      }
      case "COUNT" -> {
        if (any) {
          throw validation("Cannot specify the " + how + " when choosing to get only the Count");
        }
      }
      default -> {
        if (!any) {
          throw validation(
              "Must specify the AttributesToGet or ProjectionExpression when choosing to get"
                  + " SPECIFIC_ATTRIBUTES");
        }
      }
    }
  }
}
