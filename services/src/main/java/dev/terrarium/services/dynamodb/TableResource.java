package dev.terrarium.services.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalSecondaryIndexAction;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/// `AWS::DynamoDB::Table`.
final class TableResource implements ResourceType {
  private static final String TOKEN_TAG = "aws:cloudformation:token";

  private final Cloud cloud;
  private final @Nullable String region;

  TableResource(Cloud cloud) {
    this(cloud, null);
  }

  /// @param region where the tables are, or null for the caller's
  TableResource(Cloud cloud, @Nullable String region) {
    this.cloud = cloud;
    this.region = region;
  }

  @Override
  public String name() {
    return "AWS::DynamoDB::Table";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("AttributeDefinitions"),
        Property.of("BillingMode"),
        Property.of("ContributorInsightsSpecification"),
        Property.of("DeletionProtectionEnabled"),
        Property.of("GlobalSecondaryIndexes"),
        Property.of("KeySchema").mandatory().replacing(),
        Property.of("KinesisStreamSpecification"),
        Property.of("LocalSecondaryIndexes").replacing(),
        Property.of("OnDemandThroughput"),
        Property.of("PointInTimeRecoverySpecification"),
        Property.of("ProvisionedThroughput"),
        Property.of("ResourcePolicy"),
        Property.of("SSESpecification"),
        Property.of("StreamSpecification"),
        Property.of("TableClass"),
        Property.of("TableName").replacing(),
        Property.of("Tags"),
        Property.of("TimeToLiveSpecification"),
        Property.of("WarmThroughput"));
  }

  @Override
  public Resource create(Request request) {
    return create(request, false);
  }

  @Override
  public Resource createAgain(Request request) {
    return create(request, true);
  }

  private Resource create(Request request, boolean again) {
    var properties = prepared(request.properties());
    var name = properties.path("TableName").asText(request.generatedName(255));
    var builder = JsonShapes.fill(properties, CreateTableRequest.builder());
    var policy = request.properties().path("ResourcePolicy").path("PolicyDocument");
    builder
        .tableName(name)
        .resourcePolicy(policy.isMissingNode() ? null : Json.write(policy))
        .tags(sdkTags(request));
    try {
      dynamo().createTable(builder.build());
    } catch (ResourceInUseException e) {
      if (!again || !isOurs(name, request)) {
        throw e;
      }
    }
    settings(name, request.properties(), Json.object());
    return describe(name);
  }

  private boolean isOurs(String name, Request request) {
    var arn = dynamo().describeTable(d -> d.tableName(name)).table().tableArn();
    return dynamo().listTagsOfResource(l -> l.resourceArn(arn)).tags().stream()
        .anyMatch(t -> t.key().equals(TOKEN_TAG) && t.value().equals(request.token()));
  }

  /// The API's form of the template's properties.
  private static ObjectNode prepared(ObjectNode properties) {
    var prepared = properties.deepCopy();
    prepared.remove(List.of("Tags", "ResourcePolicy"));
    if (prepared.get("StreamSpecification") instanceof ObjectNode stream) {
      stream.put("StreamEnabled", true);
    }
    if (prepared.get("SSESpecification") instanceof ObjectNode sse) {
      sse.set("Enabled", sse.get("SSEEnabled"));
    }
    return prepared;
  }

  /// What is set by operations of its own.
  private void settings(String table, ObjectNode wanted, ObjectNode previous) {
    var ttl = wanted.path("TimeToLiveSpecification");
    var hadTtl = previous.path("TimeToLiveSpecification");
    if (!ttl.equals(hadTtl)) {
      if (hadTtl.path("Enabled").asBoolean()) {
        timeToLive(table, hadTtl, false);
      }
      if (ttl.path("Enabled").asBoolean()) {
        timeToLive(table, ttl, true);
      }
    }
    var recovery = wanted.path("PointInTimeRecoverySpecification");
    if (!recovery.equals(previous.path("PointInTimeRecoverySpecification"))) {
      dynamo()
          .updateContinuousBackups(u ->
              u.tableName(table)
                  .pointInTimeRecoverySpecification(p -> {
                    p.pointInTimeRecoveryEnabled(
                        recovery.path("PointInTimeRecoveryEnabled").asBoolean());
                    if (recovery.has("RecoveryPeriodInDays")) {
                      p.recoveryPeriodInDays(recovery.path("RecoveryPeriodInDays").asInt());
                    }
                  }));
    }
    var insights = wanted.path("ContributorInsightsSpecification").path("Enabled").asBoolean();
    var hadInsights = previous.path("ContributorInsightsSpecification").path("Enabled").asBoolean();
    if (insights != hadInsights) {
      dynamo()
          .updateContributorInsights(
              u -> u.tableName(table).contributorInsightsAction(insights ? "ENABLE" : "DISABLE"));
    }
    kinesis(
        table,
        wanted.path("KinesisStreamSpecification").path("StreamArn").asText(""),
        previous.path("KinesisStreamSpecification").path("StreamArn").asText(""));
  }

  private void timeToLive(String table, JsonNode specification, boolean enabled) {
    dynamo()
        .updateTimeToLive(u ->
            u.tableName(table)
                .timeToLiveSpecification(t ->
                    t.enabled(enabled)
                        .attributeName(specification.path("AttributeName").asText())));
  }

  private void kinesis(String table, String wanted, String previous) {
    if (!wanted.equals(previous)) {
      if (!previous.isEmpty()) {
        dynamo().disableKinesisStreamingDestination(d -> d.tableName(table).streamArn(previous));
      }
      if (!wanted.isEmpty()) {
        dynamo().enableKinesisStreamingDestination(e -> e.tableName(table).streamArn(wanted));
      }
    }
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var table = current.physicalId();
    var before = prepared(previous);
    var after = prepared(request.properties());
    indexes(table, before, after);
    for (var together :
        List.of(
            List.of("BillingMode", "ProvisionedThroughput", "OnDemandThroughput"),
            List.of("WarmThroughput"),
            List.of("DeletionProtectionEnabled"),
            List.of("SSESpecification"),
            List.of("TableClass"))) {
      var changed = Json.object();
      for (var name : together) {
        if (after.has(name) && !after.get(name).equals(before.get(name))) {
          changed.set(name, after.get(name));
        }
      }
      if (!changed.isEmpty()) {
        var update = UpdateTableRequest.builder();
        dynamo().updateTable(JsonShapes.fill(changed, update).tableName(table).build());
      }
    }
    stream(table, before.path("StreamSpecification"), after.path("StreamSpecification"));
    adjust(table, request, previous);
    return describe(table);
  }

  /// Sets what is no part of a table's definition.
  void adjust(String table, Request request, ObjectNode previous) {
    settings(table, request.properties(), previous);
    policy(table, request.properties(), previous);
    tags(table, request);
  }

  private void stream(String table, JsonNode before, JsonNode after) {
    if (before.path("StreamViewType").equals(after.path("StreamViewType"))) {
      return;
    }
    if (!before.isMissingNode()) {
      update(table, StreamSpecification.builder().streamEnabled(false).build());
    }
    if (!after.isMissingNode()) {
      update(table, JsonShapes.fill(after, StreamSpecification.builder()).build());
    }
  }

  private void update(String table, StreamSpecification stream) {
    dynamo().updateTable(u -> u.tableName(table).streamSpecification(stream));
  }

  private void policy(String table, ObjectNode wanted, ObjectNode previous) {
    var policy = wanted.path("ResourcePolicy").path("PolicyDocument");
    if (policy.equals(previous.path("ResourcePolicy").path("PolicyDocument"))) {
      return;
    }
    var arn = dynamo().describeTable(d -> d.tableName(table)).table().tableArn();
    if (policy.isMissingNode()) {
      dynamo().deleteResourcePolicy(d -> d.resourceArn(arn));
    } else {
      dynamo().putResourcePolicy(p -> p.resourceArn(arn).policy(Json.write(policy)));
    }
  }

  /// Indexes that the template no longer has go, new ones come, changed ones go and come.
  private void indexes(String table, ObjectNode before, ObjectNode after) {
    var old = byName(before.path("GlobalSecondaryIndexes"));
    var fresh = byName(after.path("GlobalSecondaryIndexes"));
    var definitions = new ArrayList<AttributeDefinition>();
    after
        .path("AttributeDefinitions")
        .forEach(d -> definitions.add(JsonShapes.fill(d, AttributeDefinition.builder()).build()));
    old.forEach((name, index) -> {
      if (!index.equals(fresh.get(name))) {
        var gone = GlobalSecondaryIndexUpdate.builder().delete(d -> d.indexName(name)).build();
        dynamo().updateTable(u -> u.tableName(table).globalSecondaryIndexUpdates(List.of(gone)));
      }
    });
    fresh.forEach((name, index) -> {
      if (!index.equals(old.get(name))) {
        var action = JsonShapes.fill(index, CreateGlobalSecondaryIndexAction.builder()).build();
        var made = GlobalSecondaryIndexUpdate.builder().create(action).build();
        dynamo()
            .updateTable(u ->
                u.tableName(table)
                    .attributeDefinitions(definitions)
                    .globalSecondaryIndexUpdates(List.of(made)));
      }
    });
  }

  private static Map<String, JsonNode> byName(JsonNode indexes) {
    var byName = new LinkedHashMap<String, JsonNode>();
    indexes.forEach(index -> byName.put(index.path("IndexName").asText(), index));
    return byName;
  }

  private void tags(String table, Request request) {
    var arn = dynamo().describeTable(d -> d.tableName(table)).table().tableArn();
    var wanted = tagMap(request);
    var gone =
        dynamo().listTagsOfResource(l -> l.resourceArn(arn)).tags().stream()
            .map(Tag::key)
            .filter(key -> !wanted.containsKey(key) && !key.equals(TOKEN_TAG))
            .toList();
    if (!gone.isEmpty()) {
      dynamo().untagResource(u -> u.resourceArn(arn).tagKeys(gone));
    }
    var tags =
        wanted.entrySet().stream()
            .map(t -> Tag.builder().key(t.getKey()).value(t.getValue()).build())
            .toList();
    if (!tags.isEmpty()) {
      dynamo().tagResource(t -> t.resourceArn(arn).tags(tags));
    }
  }

  @Override
  public Reading reading() {
    return TableReading.of(this::dynamo, this::describe);
  }

  @Override
  public void delete(Request request, Resource current) {
    try {
      dynamo().deleteTable(d -> d.tableName(current.physicalId()));
    } catch (ResourceNotFoundException e) {
      // Gone already is as good.
    }
  }

  Resource describe(String name) {
    TableDescription table = dynamo().describeTable(d -> d.tableName(name)).table();
    var attributes = new HashMap<String, JsonNode>();
    attributes.put("Arn", Json.tree(table.tableArn()));
    attributes.put("TableId", Json.tree(table.tableId()));
    @Nullable String stream = table.latestStreamArn();
    if (stream != null && table.streamSpecification() != null) {
      attributes.put("StreamArn", Json.tree(stream));
    }
    return new Resource(name, attributes);
  }

  private static Map<String, String> tagMap(Request request) {
    var tags = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags;
  }

  /// The token tells after a crash whether a table of the name is the one that was being made.
  private static List<Tag> sdkTags(Request request) {
    var tags = new ArrayList<Tag>();
    tags.add(Tag.builder().key(TOKEN_TAG).value(request.token()).build());
    tagMap(request).forEach((key, value) -> tags.add(Tag.builder().key(key).value(value).build()));
    return tags;
  }

  private DynamoDbClient dynamo() {
    return region == null
        ? cloud.client(DynamoDbClient.class)
        : cloud.client(DynamoDbClient.class, new Scope(Call.current().account(), region));
  }
}
