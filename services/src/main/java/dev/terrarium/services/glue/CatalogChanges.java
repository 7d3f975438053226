package dev.terrarium.services.glue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Announcement;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.glue.CatalogKeys.TableKey;
import java.util.List;

/// What EventBridge hears of tables in the catalog.
///
/// See *Automating AWS Glue with EventBridge* in the developer guide.
final class CatalogChanges {
  private CatalogChanges() {}

  /// A table comes or goes with the batch.
  ///
  /// @param change `CreateTable` or `DeleteTable`
  static void ofDatabase(Cloud cloud, Batch batch, TableKey key, String change) {
    var detail = Json.object().put("databaseName", key.database()).put("typeOfChange", change);
    detail.putArray("changedTables").add(key.name());
    tell(cloud, batch, key, "Glue Data Catalog Database State Change", detail);
  }

  /// A table or its partitions change with the batch.
  ///
  /// @param change `UpdateTable` or `CreatePartition`
  /// @param partitions the values of those that change
  static void ofTable(
      Cloud cloud, Batch batch, TableKey key, String change, List<String> partitions) {
    var detail = Json.object().put("databaseName", key.database());
    var changed = detail.putArray("changedPartitions");
    if (!partitions.isEmpty()) {
      changed.add("[" + String.join(", ", partitions) + "]");
    }
    detail.put("typeOfChange", change).put("tableName", key.name());
    tell(cloud, batch, key, "Glue Data Catalog Table State Change", detail);
  }

  private static void tell(Cloud cloud, Batch batch, TableKey key, String type, ObjectNode detail) {
    cloud.announce(
        batch,
        () ->
            new Announcement(
                new Scope(key.account(), key.region()),
                "aws.glue",
                type,
                List.of(key.arn()),
                detail));
  }
}
