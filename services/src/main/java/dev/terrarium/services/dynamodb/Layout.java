package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Key;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;

/// A table's definition as writes and reads need it. Replaced as a whole when the table changes.
///
/// @param prefix of all items
/// @param stream where changes are written down, or null
/// @param replicas the tables of other regions that replicate this one
record Layout(
    TableConfig config,
    KeySchema schema,
    List<Index> indexes,
    byte[] prefix,
    @Nullable StreamLog stream,
    List<TableKey> replicas) {
  static Layout of(
      TableKey key, TableConfig config, @Nullable StreamLog stream, List<TableKey> replicas) {
    var description = config.description();
    var definitions = description.attributeDefinitions();
    var schema = KeySchema.of(description.keySchema(), definitions);
    var indexes = new ArrayList<Index>();
    var make =
        new Object() {
          Index index(
              String name,
              List<KeySchemaElement> elements,
              Projection projection,
              boolean global,
              boolean active) {
            var id = Objects.requireNonNull(config.indexIds().get(name));
            var keys = KeySchema.of(elements, definitions);
            return new Index(
                name,
                id,
                keys,
                projected(schema, keys, projection),
                global,
                active,
                Key.of("dynamodb.indexes", key.account(), key.region(), config.storageId(), id));
          }
        };
    for (var local : description.localSecondaryIndexes()) {
      indexes.add(
          make.index(local.indexName(), local.keySchema(), local.projection(), false, true));
    }
    for (var global : description.globalSecondaryIndexes()) {
      indexes.add(
          make.index(
              global.indexName(),
              global.keySchema(),
              global.projection(),
              true,
              global.indexStatus() != IndexStatus.CREATING));
    }
    return new Layout(
        config,
        schema,
        List.copyOf(indexes),
        Key.of("dynamodb.items", key.account(), key.region(), config.storageId()),
        stream,
        replicas);
  }

  private static @Nullable Set<String> projected(
      KeySchema table, KeySchema index, Projection projection) {
    if (projection.projectionType() == ProjectionType.ALL) {
      return null;
    }
    var names = new LinkedHashSet<String>();
    table.attributes().forEach(attribute -> names.add(attribute.name()));
    index.attributes().forEach(attribute -> names.add(attribute.name()));
    names.addAll(projection.nonKeyAttributes());
    return names;
  }

  boolean isReplicated() {
    return !replicas.isEmpty();
  }

  /// The index of a name.
  @Nullable Index index(String name) {
    for (var index : indexes) {
      if (index.name().equals(name)) {
        return index;
      }
    }
    return null;
  }
}
