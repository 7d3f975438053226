package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.Batch;
import java.util.LinkedHashMap;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeEndpointsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeEndpointsResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeLimitsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeLimitsResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveResponse;
import software.amazon.awssdk.services.dynamodb.model.Endpoint;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveResponse;

/// Tables: made, described, changed, deleted; their tags, their time to live.
final class DynamoTables extends DynamoPart {
  private static final int NAMES_MAX = 100;

  private final TableMaker maker;
  private final TableChanges changes;

  DynamoTables(Tables tables) {
    super(tables);
    this.maker = new TableMaker(tables);
    this.changes = new TableChanges(tables);
  }

  @Override
  public void close() {
    tables.close();
  }

  @Override
  public CreateTableResponse createTable(CreateTableRequest request) {
    TableRules.check(request);
    var tags = new LinkedHashMap<String, String>();
    request.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
    TableTags.check(request.tags(), tags.size());
    var table = maker.make(TableKey.of(request.tableName()), request, tags);
    return CreateTableResponse.builder()
        .tableDescription(maker.show(table, TableStatus.CREATING))
        .build();
  }

  @Override
  public DescribeTableResponse describeTable(DescribeTableRequest request) {
    TableRules.checkName(request.tableName());
    var table = tables.describe(request.tableName());
    return DescribeTableResponse.builder().table(maker.show(table, null)).build();
  }

  @Override
  public DeleteTableResponse deleteTable(DeleteTableRequest request) {
    TableRules.checkName(request.tableName());
    var table = tables.describe(request.tableName());
    var description = table.layout().config().description();
    if (Boolean.TRUE.equals(description.deletionProtectionEnabled())) {
      throw DynamoErrors.validation(
          "Resource cannot be deleted as it is currently protected against deletion. Disable"
              + " deletion protection first.");
    }
    var shown = maker.show(table, TableStatus.DELETING);
    tables.groups.delete(table);
    return DeleteTableResponse.builder().tableDescription(shown).build();
  }

  @Override
  public ListTablesResponse listTables(ListTablesRequest request) {
    new DynamoConstraints()
        .atLeast("limit", request.limit(), 1)
        .atMost("limit", request.limit(), NAMES_MAX)
        .check();
    var max = request.limit() == null ? NAMES_MAX : request.limit();
    var after = request.exclusiveStartTableName();
    var names = tables.names(Call.current().scope(), after == null ? "" : after, max + 1);
    var response = ListTablesResponse.builder();
    if (names.size() > max) {
      names.removeLast();
      response.lastEvaluatedTableName(names.getLast());
    }
    return response.tableNames(names).build();
  }

  @Override
  public UpdateTableResponse updateTable(UpdateTableRequest request) {
    TableRules.checkName(request.tableName());
    var table = tables.describe(request.tableName());
    changes.apply(table, request);
    return UpdateTableResponse.builder()
        .tableDescription(maker.show(table, TableStatus.UPDATING))
        .build();
  }

  @Override
  public UpdateTimeToLiveResponse updateTimeToLive(UpdateTimeToLiveRequest request) {
    var wanted = request.timeToLiveSpecification();
    var constraints =
        new DynamoConstraints()
            .table(request.tableName())
            .required("timeToLiveSpecification", wanted);
    if (wanted != null) {
      constraints
          .required("timeToLiveSpecification.attributeName", wanted.attributeName())
          .required("timeToLiveSpecification.enabled", wanted.enabled())
          .length("timeToLiveSpecification.attributeName", wanted.attributeName(), 1, 255);
    }
    constraints.check();
    var table = tables.describe(request.tableName());
    var batch = new Batch();
    tables.changeAll(
        table,
        batch,
        (key, config) -> {
          var now = config.ttlAttribute();
          var attribute = request.timeToLiveSpecification().attributeName();
          if (request.timeToLiveSpecification().enabled() && !now.isEmpty()) {
            throw DynamoErrors.validation(
                now.equals(attribute)
                    ? "TimeToLive is already enabled"
                    : "TimeToLive is active on a different AttributeName: current AttributeName is "
                        + now);
          } else if (!request.timeToLiveSpecification().enabled() && now.isEmpty()) {
            throw DynamoErrors.validation("TimeToLive is already disabled");
          } else if (!request.timeToLiveSpecification().enabled() && !now.equals(attribute)) {
            throw DynamoErrors.validation(
                "TimeToLive is active on a different AttributeName: current AttributeName is "
                    + now);
          }
          return config.withTtl(
              request.timeToLiveSpecification().enabled() ? attribute : "",
              tables.cloud.clock().now());
        });
    if (request.timeToLiveSpecification().enabled()) {
      tables.groups.members(table).forEach(member -> tables.expiries.fillLater(member.key));
    }
    return UpdateTimeToLiveResponse.builder().timeToLiveSpecification(wanted).build();
  }

  @Override
  public DescribeTimeToLiveResponse describeTimeToLive(DescribeTimeToLiveRequest request) {
    new DynamoConstraints().table(request.tableName()).check();
    var attribute = tables.describe(request.tableName()).layout().config().ttlAttribute();
    return DescribeTimeToLiveResponse.builder()
        .timeToLiveDescription(d -> {
          d.timeToLiveStatus(
              attribute.isEmpty() ? TimeToLiveStatus.DISABLED : TimeToLiveStatus.ENABLED);
          if (!attribute.isEmpty()) {
            d.attributeName(attribute);
          }
        })
        .build();
  }

  @Override
  public DescribeLimitsResponse describeLimits(DescribeLimitsRequest request) {
    return DescribeLimitsResponse.builder()
        .accountMaxReadCapacityUnits(80_000L)
        .accountMaxWriteCapacityUnits(80_000L)
        .tableMaxReadCapacityUnits(40_000L)
        .tableMaxWriteCapacityUnits(40_000L)
        .build();
  }

  @Override
  public DescribeEndpointsResponse describeEndpoints(DescribeEndpointsRequest request) {
    var endpoint = Call.current().endpoint();
    return DescribeEndpointsResponse.builder()
        .endpoints(
            Endpoint.builder()
                .address(endpoint.substring(endpoint.indexOf("//") + 2))
                .cachePeriodInMinutes(1440L)
                .build())
        .build();
  }
}
