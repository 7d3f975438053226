package dev.terrarium.services.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CreateReplicationGroupMemberAction;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/// `AWS::DynamoDB::GlobalTable`, which CDK's `TableV2` becomes: a table in the stack's own region
/// and its replicas in others. The table is made as an `AWS::DynamoDB::Table` is, from what the
/// properties say of it and of its own replica.
final class GlobalTableResource implements ResourceType {
  private static final List<String> OF_REPLICAS =
      List.of(
          "ContributorInsightsSpecification",
          "DeletionProtectionEnabled",
          "KinesisStreamSpecification",
          "PointInTimeRecoverySpecification",
          "ResourcePolicy",
          "TableClass",
          "Tags");
  private static final List<String> OF_ALL =
      List.of(
          "AttributeDefinitions",
          "BillingMode",
          "KeySchema",
          "LocalSecondaryIndexes",
          "StreamSpecification",
          "TableName",
          "TimeToLiveSpecification",
          "WarmThroughput");

  private final Cloud cloud;
  private final TableResource table;

  GlobalTableResource(Cloud cloud) {
    this.cloud = cloud;
    this.table = new TableResource(cloud);
  }

  @Override
  public String name() {
    return "AWS::DynamoDB::GlobalTable";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("AttributeDefinitions"),
        Property.of("BillingMode"),
        Property.of("GlobalSecondaryIndexes"),
        Property.of("KeySchema").mandatory().replacing(),
        Property.of("LocalSecondaryIndexes").replacing(),
        Property.of("MultiRegionConsistency"),
        Property.of("Replicas").mandatory(),
        Property.of("SSESpecification"),
        Property.of("StreamSpecification"),
        Property.of("TableName").replacing(),
        Property.of("TimeToLiveSpecification"),
        Property.of("WarmThroughput"),
        Property.of("WriteOnDemandThroughputSettings"),
        Property.of("WriteProvisionedThroughputSettings"));
  }

  @Override
  public Resource create(Request request) {
    return made(request, table.create(local(request)));
  }

  @Override
  public Resource createAgain(Request request) {
    return made(request, table.createAgain(local(request)));
  }

  private Resource made(Request request, Resource made) {
    replicas(made.physicalId(), request, Json.object());
    return table.describe(made.physicalId());
  }

  @Override
  public Reading reading() {
    var whole = table.reading();
    return Reading.of(
        "TableName",
        name -> {
          var state = whole.find(Map.of("TableName", name));
          return state == null
              ? null
              : new Reading.State(state.resource(), state.properties().retain(OF_ALL));
        },
        List::of);
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var region = Call.current().region();
    table.update(local(request), current, of(previous, region));
    replicas(current.physicalId(), request, previous);
    return table.describe(current.physicalId());
  }

  @Override
  public void delete(Request request, Resource current) {
    for (var replica : there(current.physicalId())) {
      remove(current.physicalId(), replica.regionName());
    }
    table.delete(request, current);
  }

  /// The replicas beside the table; none if it is gone.
  private List<ReplicaDescription> there(String name) {
    try {
      return dynamo().describeTable(d -> d.tableName(name)).table().replicas();
    } catch (ResourceNotFoundException e) {
      return List.of();
    }
  }

  private DynamoDbClient dynamo() {
    return cloud.client(DynamoDbClient.class);
  }

  private void remove(String name, String region) {
    var gone = ReplicationGroupUpdate.builder().delete(d -> d.regionName(region)).build();
    dynamo().updateTable(u -> u.tableName(name).replicaUpdates(gone));
  }

  /// Adds the replicas that are wanted, removes the others, and settles what each has of its own.
  private void replicas(String name, Request request, ObjectNode previous) {
    if (request.properties().path("MultiRegionConsistency").asText("EVENTUAL").equals("STRONG")) {
      throw Errors.notImplemented("dynamodb", "global tables with multi-Region strong consistency");
    }
    var own = Call.current().region();
    var wanted = byRegion(request.properties());
    var there = there(name).stream().map(ReplicaDescription::regionName).toList();
    for (var region : there) {
      if (!wanted.containsKey(region)) {
        remove(name, region);
      }
    }
    wanted.forEach((region, replica) -> {
      if (!region.equals(own)) {
        var known = there.contains(region);
        if (!known) {
          add(name, region, replica);
        }
        var mapped = with(request, of(request.properties(), region));
        var remote = new TableResource(cloud, region);
        var before = known ? of(previous, region) : Json.object();
        // Time to live is the same in all replicas by itself.
        mapped.properties().remove("TimeToLiveSpecification");
        before.remove("TimeToLiveSpecification");
        remote.adjust(name, mapped, before);
        protect(name, region, replica);
      }
    });
  }

  private void add(String name, String region, JsonNode replica) {
    var create =
        CreateReplicationGroupMemberAction.builder()
            .regionName(region)
            .kmsMasterKeyId(replica.path("SSESpecification").path("KMSMasterKeyId").asText(null))
            .tableClassOverride(replica.path("TableClass").asText(null));
    var reads = replica.path("ReadProvisionedThroughputSettings");
    if (!reads.isMissingNode()) {
      create.provisionedThroughputOverride(p -> p.readCapacityUnits(units(reads, "Read")));
    }
    var added = ReplicationGroupUpdate.builder().create(create.build()).build();
    dynamo().updateTable(u -> u.tableName(name).replicaUpdates(added));
  }

  private void protect(String name, String region, JsonNode replica) {
    var remote = cloud.client(DynamoDbClient.class, new Scope(Call.current().account(), region));
    var wanted = replica.path("DeletionProtectionEnabled").asBoolean();
    var now = remote.describeTable(d -> d.tableName(name)).table().deletionProtectionEnabled();
    if (now != wanted) {
      remote.updateTable(u -> u.tableName(name).deletionProtectionEnabled(wanted));
    }
  }

  private static Map<String, JsonNode> byRegion(ObjectNode properties) {
    var replicas = new LinkedHashMap<String, JsonNode>();
    properties
        .path("Replicas")
        .forEach(replica -> replicas.put(replica.path("Region").asText(), replica));
    return replicas;
  }

  private static Request local(Request request) {
    return with(request, of(request.properties(), Call.current().region()));
  }

  private static Request with(Request request, ObjectNode properties) {
    return new Request(
        request.stackId(),
        request.stackName(),
        request.logicalId(),
        request.token(),
        properties,
        request.tags());
  }

  /// The properties of the plain table that stands in a region.
  private static ObjectNode of(ObjectNode properties, String region) {
    JsonNode replica = MissingNode.getInstance();
    for (var one : properties.path("Replicas")) {
      if (one.path("Region").asText().equals(region)) {
        replica = one;
      }
    }
    var table = Json.object();
    for (var name : OF_ALL) {
      if (properties.has(name)) {
        table.set(name, properties.get(name).deepCopy());
      }
    }
    for (var name : OF_REPLICAS) {
      if (replica.has(name)) {
        table.set(name, replica.get(name).deepCopy());
      }
    }
    var sse = properties.path("SSESpecification");
    if (sse instanceof ObjectNode given) {
      var own = table.set("SSESpecification", given.deepCopy());
      var key = replica.path("SSESpecification").path("KMSMasterKeyId");
      if (!key.isMissingNode() && own.get("SSESpecification") instanceof ObjectNode mapped) {
        mapped.set("KMSMasterKeyId", key);
      }
    }
    throughput(table, properties, replica);
    indexes(table, properties, replica);
    return table;
  }

  private static void throughput(ObjectNode into, JsonNode all, JsonNode replica) {
    var reads = replica.path("ReadProvisionedThroughputSettings");
    var writes = all.path("WriteProvisionedThroughputSettings");
    if (!reads.isMissingNode() || !writes.isMissingNode()) {
      into.putObject("ProvisionedThroughput")
          .put("ReadCapacityUnits", units(reads, "Read"))
          .put("WriteCapacityUnits", units(writes, "Write"));
    }
    var readsMax = replica.path("ReadOnDemandThroughputSettings").path("MaxReadRequestUnits");
    var writesMax = all.path("WriteOnDemandThroughputSettings").path("MaxWriteRequestUnits");
    if (!readsMax.isMissingNode() || !writesMax.isMissingNode()) {
      var max = into.putObject("OnDemandThroughput");
      if (!readsMax.isMissingNode()) {
        max.set("MaxReadRequestUnits", readsMax);
      }
      if (!writesMax.isMissingNode()) {
        max.set("MaxWriteRequestUnits", writesMax);
      }
    }
  }

  /// Units as given, or with which the scaling begins: nothing scales here.
  private static long units(JsonNode settings, String kind) {
    var scaling = settings.path(kind + "CapacityAutoScalingSettings");
    var least = scaling.path("SeedCapacity").asLong(scaling.path("MinCapacity").asLong(1));
    return settings.path(kind + "CapacityUnits").asLong(least);
  }

  private static void indexes(ObjectNode into, ObjectNode properties, JsonNode replica) {
    if (!properties.has("GlobalSecondaryIndexes")) {
      return;
    }
    var ofReplica = new LinkedHashMap<String, JsonNode>();
    replica
        .path("GlobalSecondaryIndexes")
        .forEach(index -> ofReplica.put(index.path("IndexName").asText(), index));
    var indexes = into.putArray("GlobalSecondaryIndexes");
    for (var given : properties.path("GlobalSecondaryIndexes")) {
      var index = indexes.addObject();
      for (var name : List.of("IndexName", "KeySchema", "Projection", "WarmThroughput")) {
        if (given.has(name)) {
          index.set(name, given.get(name).deepCopy());
        }
      }
      var own = ofReplica.getOrDefault(given.path("IndexName").asText(), MissingNode.getInstance());
      throughput(index, given, own);
    }
  }
}
