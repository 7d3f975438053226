package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Key;
import dev.terrarium.services.dynamodb.value.Value;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A secondary index: for each item that has its key attributes, an entry with what is projected.
///
/// An entry's key is the index's key, in the form of an [ItemKey], and behind it the item's key in
/// its table, which tells apart items with the same index key. Where that is very long its digest
/// stands for it, to stay within what the store takes.
///
/// @param projected the attributes that entries hold, or null for all
/// @param active whether it can be read; if not it is being filled
/// @param prefix of all its entries
record Index(
    String name,
    String id,
    KeySchema schema,
    @Nullable Set<String> projected,
    boolean global,
    boolean active,
    byte[] prefix) {
  private static final int ITEM_KEY_BYTES_MAX = 1500;

  /// An entry: its raw key and what it holds.
  record Entry(byte[] key, Map<String, Value> attributes) {}

  /// The entry of an item, or null if the item is not in the index.
  @Nullable Entry entry(ItemKey itemKey, @Nullable Map<String, Value> item) {
    if (item == null || !holds(item)) {
      return null;
    }
    return new Entry(key(itemKey, item), project(item));
  }

  /// Whether an item has the key attributes, in their types.
  boolean holds(Map<String, Value> item) {
    for (var attribute : schema.attributes()) {
      var value = item.get(attribute.name());
      if (value == null || !value.type().equals(attribute.type())) {
        return false;
      }
    }
    return true;
  }

  /// The raw key of an item's entry.
  byte[] key(ItemKey itemKey, Map<String, Value> item) {
    return new Key.Writer()
        .raw(prefix)
        .raw(ItemKey.of(schema, item).bytes())
        .raw(suffix(itemKey.bytes()))
        .toBytes();
  }

  /// What an entry holds of an item.
  Map<String, Value> project(Map<String, Value> item) {
    if (projected == null) {
      return item;
    }
    var part = new LinkedHashMap<String, Value>();
    for (var attribute : item.entrySet()) {
      if (projected.contains(attribute.getKey())) {
        part.put(attribute.getKey(), attribute.getValue());
      }
    }
    return part;
  }

  private static byte[] suffix(byte[] itemKey) {
    if (itemKey.length <= ITEM_KEY_BYTES_MAX) {
      return itemKey;
    }
    try {
      return MessageDigest.getInstance("SHA-256").digest(itemKey);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The size limits of key attributes hold for index keys too.
  void checkKey(Map<String, Value> item) {
    for (var attribute : schema.attributes()) {
      var value = item.get(attribute.name());
      if (value != null) {
        checkKeyAttribute(attribute, value);
      }
    }
  }

  private void checkKeyAttribute(KeySchema.Attribute attribute, Value value) {
    if (!value.type().equals(attribute.type())) {
      throw DynamoErrors.invalid(
          "Type mismatch for Index Key "
              + attribute.name()
              + " Expected: "
              + attribute.type()
              + " Actual: "
              + value.type()
              + " IndexName: "
              + name);
    }
    var empty = Keys.emptyKind(value);
    if (empty != null) {
      throw DynamoErrors.validation(
          "One or more parameter values are not valid. A value specified for a secondary index key"
              + " is not supported. The AttributeValue for a key attribute cannot contain an empty "
              + empty
              + " value. IndexName: "
              + name
              + ", IndexKey: "
              + attribute.name());
    }
    var isHash = attribute.equals(schema.hash());
    if (Keys.size(value) > (isHash ? Keys.HASH_BYTES_MAX : Keys.RANGE_BYTES_MAX)) {
      throw DynamoErrors.invalid(
          isHash
              ? "Size of hashkey has exceeded the maximum size limit of2048 bytes"
              : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Index that && id.equals(that.id) && active == that.active;
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, active);
  }

  @Override
  public String toString() {
    return name;
  }
}
