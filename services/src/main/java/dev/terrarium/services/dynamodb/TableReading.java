package dev.terrarium.services.dynamodb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/// What the resource types of tables can tell of tables.
final class TableReading {
  private final Supplier<DynamoDbClient> dynamo;
  private final Function<String, Resource> describe;

  private TableReading(Supplier<DynamoDbClient> dynamo, Function<String, Resource> describe) {
    this.dynamo = dynamo;
    this.describe = describe;
  }

  static Reading of(Supplier<DynamoDbClient> dynamo, Function<String, Resource> describe) {
    var reading = new TableReading(dynamo, describe);
    return Reading.of(
        "TableName",
        reading::read,
        () -> dynamo.get().listTablesPaginator().tableNames().stream().toList());
  }

  private State read(String name) {
    var table = dynamo.get().describeTable(d -> d.tableName(name)).table();
    var properties = Json.object().put("TableName", name);
    list(properties, "AttributeDefinitions", table.attributeDefinitions());
    list(properties, "KeySchema", table.keySchema());
    var onDemand =
        table.billingModeSummary() != null
            && "PAY_PER_REQUEST".equals(table.billingModeSummary().billingModeAsString());
    properties.put("BillingMode", onDemand ? "PAY_PER_REQUEST" : "PROVISIONED");
    if (onDemand) {
      properties.putNull("ProvisionedThroughput");
    } else {
      properties.set("ProvisionedThroughput", throughput(table.provisionedThroughput()));
    }
    indexes(properties, table, onDemand);
    var stream = table.streamSpecification();
    if (stream == null || !Boolean.TRUE.equals(stream.streamEnabled())) {
      properties.putNull("StreamSpecification");
    } else {
      properties
          .putObject("StreamSpecification")
          .put("StreamViewType", stream.streamViewTypeAsString());
    }
    properties.put(
        "DeletionProtectionEnabled", Boolean.TRUE.equals(table.deletionProtectionEnabled()));
    var kind = table.tableClassSummary();
    properties.put("TableClass", kind == null ? "STANDARD" : kind.tableClassAsString());
    settings(properties, name);
    return new State(describe.apply(name), properties);
  }

  private void settings(ObjectNode properties, String name) {
    var ttl = dynamo.get().describeTimeToLive(d -> d.tableName(name)).timeToLiveDescription();
    if (ttl.timeToLiveStatusAsString().startsWith("ENABL")) {
      properties
          .putObject("TimeToLiveSpecification")
          .put("AttributeName", ttl.attributeName())
          .put("Enabled", true);
    } else {
      properties.putNull("TimeToLiveSpecification");
    }
    var recovery =
        dynamo
            .get()
            .describeContinuousBackups(d -> d.tableName(name))
            .continuousBackupsDescription()
            .pointInTimeRecoveryDescription();
    properties
        .putObject("PointInTimeRecoverySpecification")
        .put(
            "PointInTimeRecoveryEnabled",
            recovery != null && "ENABLED".equals(recovery.pointInTimeRecoveryStatusAsString()));
  }

  private static void indexes(ObjectNode properties, TableDescription table, boolean onDemand) {
    properties.putNull("GlobalSecondaryIndexes");
    properties.putNull("LocalSecondaryIndexes");
    if (!table.globalSecondaryIndexes().isEmpty()) {
      var indexes = properties.putArray("GlobalSecondaryIndexes");
      for (var index : table.globalSecondaryIndexes()) {
        var tree = JsonShapes.tree(index).retain("IndexName", "KeySchema", "Projection");
        if (!onDemand) {
          tree.set("ProvisionedThroughput", throughput(index.provisionedThroughput()));
        }
        indexes.add(tree);
      }
    }
    if (!table.localSecondaryIndexes().isEmpty()) {
      var indexes = properties.putArray("LocalSecondaryIndexes");
      table
          .localSecondaryIndexes()
          .forEach(index ->
              indexes.add(JsonShapes.tree(index).retain("IndexName", "KeySchema", "Projection")));
    }
  }

  private static ObjectNode throughput(SdkPojo described) {
    return JsonShapes.tree(described).retain("ReadCapacityUnits", "WriteCapacityUnits");
  }

  private static void list(ObjectNode into, String name, List<? extends SdkPojo> elements) {
    var array = into.putArray(name);
    elements.forEach(element -> array.add(JsonShapes.tree(element)));
  }
}
