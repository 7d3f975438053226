package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.invalid;
import static dev.terrarium.services.dynamodb.DynamoErrors.validated;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.Projection;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/// Query and Scan.
final class DynamoQueries extends DynamoPart {
  private static final String[] SELECTS = {
    "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"
  };
  private static final int SEGMENTS_MAX = 1_000_000;

  DynamoQueries(Tables tables) {
    super(tables);
  }

  @Override
  public QueryResponse query(QueryRequest request) {
    new DynamoConstraints()
        .table(request.tableName())
        .index(request.indexName())
        .oneOf("select", request.selectAsString(), SELECTS)
        .attributesToGet(request.hasAttributesToGet(), request.attributesToGet())
        .atLeast("limit", request.limit(), 1)
        .returnConsumedCapacity(request.returnConsumedCapacityAsString())
        .check();
    return validated(() -> checkedQuery(request));
  }

  private QueryResponse checkedQuery(QueryRequest request) {
    var expressions = expressions(request);
    Legacy.checkOperator(
        request.conditionalOperatorAsString(),
        request.hasQueryFilter(),
        request.queryFilter().size());
    var start = start(request.hasExclusiveStartKey(), request.exclusiveStartKey());
    if (request.keyConditionExpression() == null && !request.hasKeyConditions()) {
      throw validation(
          "Either the KeyConditions or KeyConditionExpression parameter must be specified in the"
              + " request.");
    }
    var legacy = request.hasKeyConditions();
    var projection =
        expressions.projection(request.hasAttributesToGet(), request.attributesToGet());
    var filter =
        request.hasQueryFilter()
            ? Legacy.filter(
                "queryFilter", request.queryFilter(), request.conditionalOperatorAsString())
            : expressions.condition("FilterExpression");
    var keyCondition =
        legacy
            ? Legacy.keyConditions(request.keyConditions())
            : expressions.condition("KeyConditionExpression");
    expressions.checkAllUsed();
    var table = tables.get(request.tableName());
    var index = index(table, request.indexName());
    var consistent = Boolean.TRUE.equals(request.consistentRead());
    checkConsistent(index, consistent);
    Reading.checkSelect(
        request.selectAsString(), request.hasAttributesToGet(), projection != null, index);
    var schema = index == null ? table.layout().schema() : index.schema();
    var range = KeyRange.of(schema, keyCondition);
    Keys.checkScalars(table.layout(), filter, projection);
    checkFilter(filter, schema, request.hasQueryFilter());
    projection = projection(table, index, projection, request.selectAsString());
    var prefix = index == null ? table.layout().prefix() : index.prefix();
    var reading =
        new Reading(
            tables,
            table,
            index,
            range.bounds(prefix),
            Boolean.FALSE.equals(request.scanIndexForward()),
            request.limit() == null ? Integer.MAX_VALUE : request.limit(),
            consistent,
            filter,
            projection,
            "COUNT".equals(request.selectAsString()));
    var sameHash = start != null && range.hash().equals(start.get(schema.hash().name()));
    reading.checkStart(
        start,
        sameHash
            ? "The provided starting key does not match the range key predicate"
            : "The provided starting key is outside query boundaries based on provided conditions");
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), false);
    var page = reading.read(start, capacity);
    var response =
        QueryResponse.builder()
            .count(page.count())
            .scannedCount(page.scanned())
            .consumedCapacity(capacity.one());
    if (!reading.counts()) {
      response.items(page.toSdk());
    }
    if (page.last() != null) {
      response.lastEvaluatedKey(AttributeValues.toSdk(page.last()));
    }
    return response.build();
  }

  private static Expressions expressions(QueryRequest request) {
    return new Expressions()
        .expression("ProjectionExpression", request.projectionExpression())
        .expression("FilterExpression", request.filterExpression())
        .expression("KeyConditionExpression", request.keyConditionExpression())
        .legacy("AttributesToGet", request.hasAttributesToGet())
        .legacy("QueryFilter", request.hasQueryFilter())
        .legacy("ConditionalOperator", request.conditionalOperator() != null)
        .legacy("KeyConditions", request.hasKeyConditions())
        .names(request.hasExpressionAttributeNames(), request.expressionAttributeNames())
        .values(request.hasExpressionAttributeValues(), request.expressionAttributeValues())
        .check();
  }

  private static @Nullable Map<String, Value> start(
      boolean there, Map<String, AttributeValue> given) {
    try {
      return there && !given.isEmpty() ? AttributeValues.item(given) : null;
    } catch (dev.terrarium.services.dynamodb.value.InvalidValueException e) {
      throw validation("The provided starting key is invalid: " + e.getMessage());
    }
  }

  static @Nullable Index index(Table table, @Nullable String name) {
    if (name == null) {
      return null;
    }
    var index = table.layout().index(name);
    if (index == null) {
      throw validation("The table does not have the specified index: " + name);
    } else if (!index.active()) {
      throw validation("Cannot read from backfilling global secondary index: " + name);
    }
    return index;
  }

  private static void checkConsistent(@Nullable Index index, boolean consistent) {
    if (index != null && index.global() && consistent) {
      throw validation("Consistent reads are not supported on global secondary indexes");
    }
  }

  /// A query's filter is about what the key is not.
  private static void checkFilter(@Nullable Condition filter, KeySchema schema, boolean legacy) {
    if (filter == null) {
      return;
    }
    var names = new LinkedHashSet<String>();
    filter.paths(path -> names.add(path.attribute()));
    for (var attribute : schema.attributes()) {
      if (names.contains(attribute.name())) {
        throw validation(
            (legacy ? "QueryFilter can" : "Filter Expression can")
                + " only contain non-primary key attributes: Primary key attribute: "
                + attribute.name());
      }
    }
  }

  /// What is shown: of a global index only what it holds, of a local one anything.
  static @Nullable Projection projection(
      Table table,
      @Nullable Index index,
      @Nullable Projection projection,
      @Nullable String select) {
    if (index == null || index.projected() == null) {
      return projection;
    }
    var held = index.projected();
    if (projection != null) {
      var missing = new ArrayList<>(projection.attributes());
      missing.removeAll(held);
      if (index.global() && !missing.isEmpty()) {
        throw invalid("Global secondary index " + index.name() + " does not project " + missing);
      }
      return projection;
    }
    return "ALL_ATTRIBUTES".equals(select) && !index.global() ? Projection.everything() : null;
  }

  @Override
  public ScanResponse scan(ScanRequest request) {
    new DynamoConstraints()
        .table(request.tableName())
        .index(request.indexName())
        .oneOf("select", request.selectAsString(), SELECTS)
        .attributesToGet(request.hasAttributesToGet(), request.attributesToGet())
        .atLeast("limit", request.limit(), 1)
        .returnConsumedCapacity(request.returnConsumedCapacityAsString())
        .atLeast("totalSegments", request.totalSegments(), 1)
        .atMost("totalSegments", request.totalSegments(), SEGMENTS_MAX)
        .atLeast("segment", request.segment(), 0)
        .atMost("segment", request.segment(), SEGMENTS_MAX - 1)
        .check();
    return validated(() -> checkedScan(request));
  }

  private ScanResponse checkedScan(ScanRequest request) {
    var expressions = expressions(request);
    Legacy.checkOperator(
        request.conditionalOperatorAsString(),
        request.hasScanFilter(),
        request.scanFilter().size());
    var start = start(request.hasExclusiveStartKey(), request.exclusiveStartKey());
    checkSegments(request.segment(), request.totalSegments());
    var projection =
        expressions.projection(request.hasAttributesToGet(), request.attributesToGet());
    var filter =
        request.hasScanFilter()
            ? Legacy.filter(
                "scanFilter", request.scanFilter(), request.conditionalOperatorAsString())
            : expressions.condition("FilterExpression");
    expressions.checkAllUsed();
    var table = tables.get(request.tableName());
    var index = index(table, request.indexName());
    var consistent = Boolean.TRUE.equals(request.consistentRead());
    checkConsistent(index, consistent);
    Reading.checkSelect(
        request.selectAsString(), request.hasAttributesToGet(), projection != null, index);
    Keys.checkScalars(table.layout(), filter, projection);
    projection = projection(table, index, projection, request.selectAsString());
    var prefix = index == null ? table.layout().prefix() : index.prefix();
    var segments = request.totalSegments() == null ? 1 : request.totalSegments();
    var segment = request.segment() == null ? 0 : request.segment();
    var reading =
        new Reading(
            tables,
            table,
            index,
            Reading.part(prefix, segment, segments),
            false,
            request.limit() == null ? Integer.MAX_VALUE : request.limit(),
            consistent,
            filter,
            projection,
            "COUNT".equals(request.selectAsString()));
    reading.checkStart(
        start,
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use"
            + " ExclusiveStartKey with correct Segment. TotalSegments: "
            + segments
            + " Segment: "
            + segment);
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), false);
    var page = reading.read(start, capacity);
    var response =
        ScanResponse.builder()
            .count(page.count())
            .scannedCount(page.scanned())
            .consumedCapacity(capacity.one());
    if (!reading.counts()) {
      response.items(page.toSdk());
    }
    if (page.last() != null) {
      response.lastEvaluatedKey(AttributeValues.toSdk(page.last()));
    }
    return response.build();
  }

  private static Expressions expressions(ScanRequest request) {
    return new Expressions()
        .expression("ProjectionExpression", request.projectionExpression())
        .expression("FilterExpression", request.filterExpression())
        .legacy("AttributesToGet", request.hasAttributesToGet())
        .legacy("ScanFilter", request.hasScanFilter())
        .legacy("ConditionalOperator", request.conditionalOperator() != null)
        .names(request.hasExpressionAttributeNames(), request.expressionAttributeNames())
        .values(request.hasExpressionAttributeValues(), request.expressionAttributeValues())
        .check();
  }

  private static void checkSegments(@Nullable Integer segment, @Nullable Integer total) {
    if (segment == null && total != null) {
      throw validation(
          "The Segment parameter is required but was not present in the request when parameter"
              + " TotalSegments is present");
    } else if (segment != null && total == null) {
      throw validation(
          "The TotalSegments parameter is required but was not present in the request when Segment"
              + " parameter is present");
    } else if (segment != null && total != null && segment >= total) {
      throw validation(
          "The Segment parameter is zero-based and must be less than parameter TotalSegments:"
              + " Segment: "
              + segment
              + " is not less than TotalSegments: "
              + total);
    }
  }
}
