package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validated;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.Projection;
import dev.terrarium.services.dynamodb.expression.Update;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.Sizes;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ItemCollectionMetrics;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/// Items one by one.
final class DynamoItems extends DynamoPart {
  private static final String[] RETURN_VALUES = {
    "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"
  };

  DynamoItems(Tables tables) {
    super(tables);
  }

  @Override
  public GetItemResponse getItem(GetItemRequest request) {
    new DynamoConstraints()
        .table(request.tableName())
        .present("key", request.hasKey())
        .attributesToGet(request.hasAttributesToGet(), request.attributesToGet())
        .returnConsumedCapacity(request.returnConsumedCapacityAsString())
        .check();
    return validated(() -> get(request));
  }

  private GetItemResponse get(GetItemRequest request) {
    var expressions =
        new Expressions()
            .expression("ProjectionExpression", request.projectionExpression())
            .legacy("AttributesToGet", request.hasAttributesToGet())
            .names(request.hasExpressionAttributeNames(), request.expressionAttributeNames())
            .check();
    var key = AttributeValues.item(request.key());
    var projection =
        expressions.projection(request.hasAttributesToGet(), request.attributesToGet());
    expressions.checkAllUsed();
    var table = tables.get(request.tableName());
    Keys.checkScalars(table.layout(), null, projection);
    var item = table.read(Keys.check(table.layout().schema(), key));
    var response = GetItemResponse.builder();
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), false);
    if (capacity.counts(table)) {
      var consistent = Boolean.TRUE.equals(request.consistentRead());
      capacity.read(table, null, Capacity.readUnits(item == null ? 0 : Sizes.of(item), consistent));
      response.consumedCapacity(capacity.one());
    }
    if (item != null) {
      response.item(shown(item, projection));
    }
    return response.build();
  }

  static Map<String, AttributeValue> shown(
      Map<String, Value> item, @Nullable Projection projection) {
    return AttributeValues.toSdk(projection == null ? item : projection.apply(item));
  }

  @Override
  public PutItemResponse putItem(PutItemRequest request) {
    new DynamoConstraints()
        .table(request.tableName())
        .present("item", request.hasItem())
        .oneOf("returnValues", request.returnValuesAsString(), RETURN_VALUES)
        .returnConsumedCapacity(request.returnConsumedCapacityAsString())
        .returnItemCollectionMetrics(request.returnItemCollectionMetricsAsString())
        .returnValuesOnFailure("", request.returnValuesOnConditionCheckFailureAsString())
        .check();
    checkReturnValues(request.returnValuesAsString());
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), false);
    var intent = validated(() -> intent(request));
    var outcome = intent.execute(tables, capacity);
    var response = PutItemResponse.builder().consumedCapacity(capacity.one());
    response.attributes(before(request.returnValuesAsString(), outcome));
    return response
        .itemCollectionMetrics(
            metrics(intent, request.returnItemCollectionMetricsAsString(), outcome))
        .build();
  }

  private Intent intent(PutItemRequest request) {
    var expressions =
        new Expressions()
            .expression("ConditionExpression", request.conditionExpression())
            .legacy("Expected", request.hasExpected())
            .legacy("ConditionalOperator", request.conditionalOperator() != null)
            .names(request.hasExpressionAttributeNames(), request.expressionAttributeNames())
            .values(request.hasExpressionAttributeValues(), request.expressionAttributeValues())
            .check();
    var item = AttributeValues.item(request.item());
    var condition =
        condition(
            expressions,
            request.hasExpected(),
            request.expected(),
            request.conditionalOperatorAsString());
    expressions.checkAllUsed();
    checkSize(item);
    var table = tables.get(request.tableName());
    return Intent.put(
        table, item, condition, shows(request.returnValuesOnConditionCheckFailureAsString()));
  }

  /// The condition, whichever way it is given.
  private static @Nullable Condition condition(
      Expressions expressions,
      boolean hasExpected,
      Map<String, ExpectedAttributeValue> expected,
      @Nullable String operator) {
    Legacy.checkOperator(operator, hasExpected, expected.size());
    return hasExpected
        ? Legacy.expected(expected, operator)
        : expressions.condition("ConditionExpression");
  }

  /// What a put or a deletion shows of the item that was there.
  private static @Nullable Map<String, AttributeValue> before(
      @Nullable String returnValues, Intent.Outcome outcome) {
    var before = outcome.before();
    return before == null || !"ALL_OLD".equals(returnValues) ? null : AttributeValues.toSdk(before);
  }

  static void checkSize(Map<String, Value> item) {
    if (Sizes.of(item) > Intent.ITEM_BYTES_MAX) {
      throw validation("Item size has exceeded the maximum allowed size");
    }
  }

  static boolean shows(@Nullable String returnValues) {
    return "ALL_OLD".equals(returnValues);
  }

  private static void checkReturnValues(@Nullable String wanted) {
    if (wanted != null && !wanted.equals("NONE") && !wanted.equals("ALL_OLD")) {
      throw validation("ReturnValues can only be ALL_OLD or NONE");
    }
  }

  @Override
  public DeleteItemResponse deleteItem(DeleteItemRequest request) {
    new DynamoConstraints()
        .table(request.tableName())
        .present("key", request.hasKey())
        .oneOf("returnValues", request.returnValuesAsString(), RETURN_VALUES)
        .returnConsumedCapacity(request.returnConsumedCapacityAsString())
        .returnItemCollectionMetrics(request.returnItemCollectionMetricsAsString())
        .returnValuesOnFailure("", request.returnValuesOnConditionCheckFailureAsString())
        .check();
    checkReturnValues(request.returnValuesAsString());
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), false);
    var intent = validated(() -> intent(request));
    var outcome = intent.execute(tables, capacity);
    var response = DeleteItemResponse.builder().consumedCapacity(capacity.one());
    response.attributes(before(request.returnValuesAsString(), outcome));
    return response
        .itemCollectionMetrics(
            metrics(intent, request.returnItemCollectionMetricsAsString(), outcome))
        .build();
  }

  private Intent intent(DeleteItemRequest request) {
    var expressions =
        new Expressions()
            .expression("ConditionExpression", request.conditionExpression())
            .legacy("Expected", request.hasExpected())
            .legacy("ConditionalOperator", request.conditionalOperator() != null)
            .names(request.hasExpressionAttributeNames(), request.expressionAttributeNames())
            .values(request.hasExpressionAttributeValues(), request.expressionAttributeValues())
            .check();
    var key = AttributeValues.item(request.key());
    var condition =
        condition(
            expressions,
            request.hasExpected(),
            request.expected(),
            request.conditionalOperatorAsString());
    expressions.checkAllUsed();
    var table = tables.get(request.tableName());
    return Intent.delete(
        table, key, condition, shows(request.returnValuesOnConditionCheckFailureAsString()));
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    new DynamoConstraints()
        .table(request.tableName())
        .present("key", request.hasKey())
        .oneOf("returnValues", request.returnValuesAsString(), RETURN_VALUES)
        .returnConsumedCapacity(request.returnConsumedCapacityAsString())
        .returnItemCollectionMetrics(request.returnItemCollectionMetricsAsString())
        .returnValuesOnFailure("", request.returnValuesOnConditionCheckFailureAsString())
        .check();
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), false);
    var intent = validated(() -> intent(request));
    var outcome = intent.execute(tables, capacity);
    var response = UpdateItemResponse.builder().consumedCapacity(capacity.one());
    var shown = shown(request.returnValuesAsString(), intent, outcome);
    if (shown != null && !shown.isEmpty()) {
      response.attributes(AttributeValues.toSdk(shown));
    }
    return response
        .itemCollectionMetrics(
            metrics(intent, request.returnItemCollectionMetricsAsString(), outcome))
        .build();
  }

  private Intent intent(UpdateItemRequest request) {
    var expressions =
        new Expressions()
            .expression("UpdateExpression", request.updateExpression())
            .expression("ConditionExpression", request.conditionExpression())
            .legacy("AttributeUpdates", request.hasAttributeUpdates())
            .legacy("Expected", request.hasExpected())
            .legacy("ConditionalOperator", request.conditionalOperator() != null)
            .names(request.hasExpressionAttributeNames(), request.expressionAttributeNames())
            .values(request.hasExpressionAttributeValues(), request.expressionAttributeValues())
            .check();
    var key = AttributeValues.item(request.key());
    Update update =
        request.hasAttributeUpdates()
            ? Legacy.update(request.attributeUpdates())
            : Objects.requireNonNullElse(expressions.update(), new Update(java.util.List.of()));
    var condition =
        condition(
            expressions,
            request.hasExpected(),
            request.expected(),
            request.conditionalOperatorAsString());
    expressions.checkAllUsed();
    var table = tables.get(request.tableName());
    return Intent.update(
        table,
        key,
        update,
        condition,
        shows(request.returnValuesOnConditionCheckFailureAsString()));
  }

  /// What an update shows of the item before or after it.
  static @Nullable Map<String, Value> shown(
      @Nullable String returnValues, Intent intent, Intent.Outcome outcome) {
    var update = intent.update();
    var before = outcome.before();
    var after = outcome.after();
    if (returnValues == null || update == null) {
      return null;
    }
    return switch (returnValues) {
      case "ALL_OLD" -> before;
      case "ALL_NEW" -> after;
      case "UPDATED_OLD" -> before == null ? null : Projection.of(update.paths()).apply(before);
      case "UPDATED_NEW" -> after == null ? null : Projection.of(update.paths()).apply(after);
      default -> null;
    };
  }

  private static @Nullable ItemCollectionMetrics metrics(
      Intent intent, @Nullable String wanted, Intent.Outcome outcome) {
    var item = outcome.after() == null ? outcome.before() : outcome.after();
    return item == null || !"SIZE".equals(wanted) ? null : metrics(intent.table(), item);
  }

  /// How large an item collection is, of tables with local indexes: nobody has ever counted it more
  /// precisely.
  static @Nullable ItemCollectionMetrics metrics(Table table, Map<String, Value> item) {
    var layout = table.layout();
    if (layout.indexes().stream().allMatch(Index::global)) {
      return null;
    }
    var hash = layout.schema().hash().name();
    return ItemCollectionMetrics.builder()
        .itemCollectionKey(
            Map.of(hash, AttributeValues.toSdk(Objects.requireNonNull(item.get(hash)))))
        .sizeEstimateRangeGB(0.0, 1.0)
        .build();
  }
}
