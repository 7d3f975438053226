package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validated;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Snapshot;
import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.Projection;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.ItemCodec;
import dev.terrarium.services.dynamodb.value.Sizes;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Get;
import software.amazon.awssdk.services.dynamodb.model.ItemCollectionMetrics;
import software.amazon.awssdk.services.dynamodb.model.ItemResponse;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.Update;

/// Transactions.
final class DynamoTransactions extends DynamoPart {
  private static final int ITEMS_MAX = 100;
  private static final int BYTES_MAX = 4 * 1024 * 1024;

  private final Locks tokens = new Locks();

  DynamoTransactions(Tables tables) {
    super(tables);
  }

  @Override
  public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
    var constraints =
        new DynamoConstraints()
            .present("transactItems", request.hasTransactItems())
            .returnConsumedCapacity(request.returnConsumedCapacityAsString())
            .returnItemCollectionMetrics(request.returnItemCollectionMetricsAsString())
            .length("clientRequestToken", request.clientRequestToken(), 1, 36);
    if (request.hasTransactItems()) {
      var items = request.transactItems();
      constraints.count("transactItems", items, 1, ITEMS_MAX);
      for (int i = 0; i < items.size(); i++) {
        check(constraints, "transactItems." + (i + 1) + ".member.", items.get(i));
      }
    }
    constraints.check();
    var token = request.clientRequestToken();
    if (token == null) {
      return write(request, batch -> {});
    }
    var idempotency = tables.idempotency;
    var content = request.transactItems().toString();
    return tokens.with(
        idempotency.aggregate(token),
        () ->
            idempotency.isDone(token, content)
                ? TransactWriteItemsResponse.builder().build()
                : write(request, batch -> idempotency.done(batch, token, content)));
  }

  private static void check(DynamoConstraints constraints, String at, TransactWriteItem item) {
    var put = item.put();
    if (put != null) {
      constraints.returnValuesOnFailure(
          at + "put.", put.returnValuesOnConditionCheckFailureAsString());
      constraints.table(at + "put.", put.tableName()).present(at + "put.item", put.hasItem());
    }
    var update = item.update();
    if (update != null) {
      constraints.returnValuesOnFailure(
          at + "update.", update.returnValuesOnConditionCheckFailureAsString());
      constraints
          .table(at + "update.", update.tableName())
          .present(at + "update.key", update.hasKey())
          .required(at + "update.updateExpression", update.updateExpression());
    }
    var delete = item.delete();
    if (delete != null) {
      constraints.returnValuesOnFailure(
          at + "delete.", delete.returnValuesOnConditionCheckFailureAsString());
      constraints
          .table(at + "delete.", delete.tableName())
          .present(at + "delete.key", delete.hasKey());
    }
    var condition = item.conditionCheck();
    if (condition != null) {
      constraints.returnValuesOnFailure(
          at + "conditionCheck.", condition.returnValuesOnConditionCheckFailureAsString());
      constraints
          .table(at + "conditionCheck.", condition.tableName())
          .present(at + "conditionCheck.key", condition.hasKey())
          .required(at + "conditionCheck.conditionExpression", condition.conditionExpression());
    }
  }

  /// @param more stages what else belongs into the batch
  private TransactWriteItemsResponse write(
      TransactWriteItemsRequest request, Consumer<Batch> more) {
    var intents = validated(() -> intents(request));
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), true);
    var outcomes = new Transaction(tables, intents).execute(capacity, more);
    var response = TransactWriteItemsResponse.builder();
    if (capacity.isWanted()) {
      response.consumedCapacity(capacity.all());
    }
    if ("SIZE".equals(request.returnItemCollectionMetricsAsString())) {
      var metrics = metrics(intents, outcomes);
      if (!metrics.isEmpty()) {
        response.itemCollectionMetrics(metrics);
      }
    }
    return response.build();
  }

  private static Map<String, List<ItemCollectionMetrics>> metrics(
      List<Intent> intents, List<Intent.Outcome> outcomes) {
    var metrics = new LinkedHashMap<String, List<ItemCollectionMetrics>>();
    for (int i = 0; i < intents.size(); i++) {
      var table = intents.get(i).table();
      var outcome = outcomes.get(i);
      var item = outcome.after() == null ? outcome.before() : outcome.after();
      var shown = item == null ? null : DynamoItems.metrics(table, item);
      if (shown != null) {
        metrics.computeIfAbsent(table.key.name(), n -> new ArrayList<>()).add(shown);
      }
    }
    return metrics;
  }

  private List<Intent> intents(TransactWriteItemsRequest request) {
    var intents = new ArrayList<Intent>();
    long bytes = 0;
    for (var item : request.transactItems()) {
      intents.add(intent(item));
      if (item.put() != null) {
        bytes += Sizes.of(AttributeValues.item(item.put().item()));
      }
    }
    checkDistinct(intents);
    if (bytes > BYTES_MAX) {
      throw validation("Transaction size cannot exceed 4194304 bytes");
    }
    return intents;
  }

  static void checkDistinct(List<Intent> intents) {
    var seen = new HashSet<Map.Entry<Table, ItemKey>>();
    for (var intent : intents) {
      if (!seen.add(Map.entry(intent.table(), intent.key()))) {
        throw validation("Transaction request cannot include multiple operations on one item");
      }
    }
  }

  private Intent intent(TransactWriteItem item) {
    var count =
        (item.put() == null ? 0 : 1)
            + (item.update() == null ? 0 : 1)
            + (item.delete() == null ? 0 : 1)
            + (item.conditionCheck() == null ? 0 : 1);
    if (count != 1) {
      throw validation("TransactItems can only contain one of Check, Put, Update or Delete");
    } else if (item.put() != null) {
      return put(item.put());
    } else if (item.update() != null) {
      return update(item.update());
    } else if (item.delete() != null) {
      return delete(item.delete());
    }
    return check(item.conditionCheck());
  }

  private Intent put(Put put) {
    var expressions =
        new Expressions()
            .expression("ConditionExpression", put.conditionExpression())
            .names(put.hasExpressionAttributeNames(), put.expressionAttributeNames())
            .values(put.hasExpressionAttributeValues(), put.expressionAttributeValues())
            .check();
    var item = AttributeValues.item(put.item());
    DynamoItems.checkSize(item);
    var condition = condition(expressions);
    return Intent.put(
        tables.get(put.tableName()),
        item,
        condition,
        DynamoItems.shows(put.returnValuesOnConditionCheckFailureAsString()));
  }

  private Intent update(Update update) {
    var expressions =
        new Expressions()
            .expression("UpdateExpression", update.updateExpression())
            .expression("ConditionExpression", update.conditionExpression())
            .names(update.hasExpressionAttributeNames(), update.expressionAttributeNames())
            .values(update.hasExpressionAttributeValues(), update.expressionAttributeValues())
            .check();
    var change = Objects.requireNonNull(expressions.update());
    var condition = condition(expressions);
    return Intent.update(
        tables.get(update.tableName()),
        AttributeValues.item(update.key()),
        change,
        condition,
        DynamoItems.shows(update.returnValuesOnConditionCheckFailureAsString()));
  }

  private Intent delete(Delete delete) {
    var expressions =
        new Expressions()
            .expression("ConditionExpression", delete.conditionExpression())
            .names(delete.hasExpressionAttributeNames(), delete.expressionAttributeNames())
            .values(delete.hasExpressionAttributeValues(), delete.expressionAttributeValues())
            .check();
    var condition = condition(expressions);
    return Intent.delete(
        tables.get(delete.tableName()),
        AttributeValues.item(delete.key()),
        condition,
        DynamoItems.shows(delete.returnValuesOnConditionCheckFailureAsString()));
  }

  private Intent check(ConditionCheck check) {
    var expressions =
        new Expressions()
            .expression("ConditionExpression", check.conditionExpression())
            .names(check.hasExpressionAttributeNames(), check.expressionAttributeNames())
            .values(check.hasExpressionAttributeValues(), check.expressionAttributeValues())
            .check();
    var condition = Objects.requireNonNull(condition(expressions));
    return Intent.check(
        tables.get(check.tableName()),
        AttributeValues.item(check.key()),
        condition,
        DynamoItems.shows(check.returnValuesOnConditionCheckFailureAsString()));
  }

  private static @Nullable Condition condition(Expressions expressions) {
    var condition = expressions.condition("ConditionExpression");
    expressions.checkAllUsed();
    return condition;
  }

  @Override
  public TransactGetItemsResponse transactGetItems(TransactGetItemsRequest request) {
    var constraints =
        new DynamoConstraints()
            .present("transactItems", request.hasTransactItems())
            .returnConsumedCapacity(request.returnConsumedCapacityAsString());
    if (request.hasTransactItems()) {
      var items = request.transactItems();
      constraints.count("transactItems", items, 1, ITEMS_MAX);
      for (int i = 0; i < items.size(); i++) {
        var at = "transactItems." + (i + 1) + ".member.get";
        var get = items.get(i).get();
        constraints.required(at, get);
        if (get != null) {
          constraints.table(at + ".", get.tableName()).present(at + ".key", get.hasKey());
        }
      }
    }
    constraints.check();
    return validated(() -> read(request));
  }

  /// What is read of one item.
  private record Wanted(Table table, ItemKey key, @Nullable Projection projection) {}

  private TransactGetItemsResponse read(TransactGetItemsRequest request) {
    var wanted = new ArrayList<Wanted>();
    var seen = new HashSet<Map.Entry<Table, ItemKey>>();
    for (var item : request.transactItems()) {
      var get = wanted(item.get());
      wanted.add(get);
      if (!seen.add(Map.entry(get.table, get.key))) {
        throw validation("Transaction request cannot include multiple operations on one item");
      }
    }
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), true);
    var responses = new ArrayList<ItemResponse>();
    // One moment for all of them: a transaction's writes are seen together or not at all.
    try (var snapshot = tables.store.snapshot()) {
      for (var get : wanted) {
        var item = read(snapshot, get);
        capacity.read(get.table, null, Capacity.readUnits(item == null ? 0 : Sizes.of(item), true));
        var response = ItemResponse.builder();
        if (item != null) {
          response.item(DynamoItems.shown(item, get.projection));
        }
        responses.add(response.build());
      }
    }
    capacity.settle();
    var response = TransactGetItemsResponse.builder().responses(responses);
    if (capacity.isWanted()) {
      response.consumedCapacity(capacity.all());
    }
    return response.build();
  }

  private static @Nullable Map<String, Value> read(Snapshot snapshot, Wanted get) {
    var bytes = snapshot.get(get.key.in(get.table.layout().prefix()));
    return bytes == null ? null : ItemCodec.ITEM.decode(bytes);
  }

  private Wanted wanted(Get get) {
    var expressions =
        new Expressions()
            .expression("ProjectionExpression", get.projectionExpression())
            .names(get.hasExpressionAttributeNames(), get.expressionAttributeNames())
            .check();
    var projection = expressions.projection(false, List.of());
    expressions.checkAllUsed();
    var table = tables.get(get.tableName());
    var key = Keys.check(table.layout().schema(), AttributeValues.item(get.key()));
    return new Wanted(table, key, projection);
  }
}
