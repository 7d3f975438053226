package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validated;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.services.dynamodb.expression.Projection;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.Sizes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ItemCollectionMetrics;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ThrottlingException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// Several items at once, each on its own.
final class DynamoBatches extends DynamoPart {
  private static final int GETS_MAX = 100;
  private static final int WRITES_MAX = 25;
  private static final int ANSWER_BYTES_MAX = 16 * 1024 * 1024;

  DynamoBatches(Tables tables) {
    super(tables);
  }

  @Override
  public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
    var constraints =
        new DynamoConstraints()
            .present("requestItems", request.hasRequestItems())
            .returnConsumedCapacity(request.returnConsumedCapacityAsString());
    if (request.hasRequestItems()) {
      constraints.size(
          "requestItems", request.requestItems().size(), request.requestItems(), 1, GETS_MAX);
    }
    request
        .requestItems()
        .forEach((name, keys) -> {
          constraints.present("requestItems." + name + ".member.keys", keys.hasKeys());
          constraints.size(
              "requestItems." + name + ".member.keys",
              keys.keys().size(),
              keys.keys(),
              1,
              GETS_MAX);
        });
    constraints.check();
    var count = request.requestItems().values().stream().mapToInt(k -> k.keys().size()).sum();
    if (count > GETS_MAX) {
      throw validation("Too many items requested for the BatchGetItem call");
    }
    return validated(() -> get(request));
  }

  /// What is read of one table.
  private record Wanted(
      String name,
      Table table,
      KeysAndAttributes asked,
      @Nullable Projection projection,
      List<ItemKey> keys) {}

  private BatchGetItemResponse get(BatchGetItemRequest request) {
    var wanted = new ArrayList<Wanted>();
    request.requestItems().forEach((name, asked) -> wanted.add(wanted(name, asked)));
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), false);
    var responses = new LinkedHashMap<String, List<Map<String, AttributeValue>>>();
    var unprocessed = new LinkedHashMap<String, KeysAndAttributes>();
    long bytes = 0;
    int processed = 0;
    AwsServiceException refusal = null;
    for (var from : wanted) {
      var items = new ArrayList<Map<String, AttributeValue>>();
      var consistent = Boolean.TRUE.equals(from.asked.consistentRead());
      int done = 0;
      for (var key : from.keys) {
        if (bytes >= ANSWER_BYTES_MAX) {
          break;
        }
        var item = from.table.read(key);
        var size = item == null ? 0 : Sizes.of(item);
        try {
          capacity.read(from.table, null, Capacity.readUnits(size, consistent));
        } catch (ProvisionedThroughputExceededException | ThrottlingException e) {
          refusal = e;
          break;
        }
        done++;
        bytes += size;
        if (item != null) {
          items.add(DynamoItems.shown(item, from.projection));
        }
      }
      responses.put(from.name, items);
      if (done < from.keys.size()) {
        var left = from.asked.keys().subList(done, from.keys.size());
        unprocessed.put(from.name, from.asked.toBuilder().keys(left).build());
      }
      processed += done;
    }
    if (refusal != null && processed == 0) {
      throw refusal;
    }
    var response = BatchGetItemResponse.builder().responses(responses).unprocessedKeys(unprocessed);
    if (capacity.isWanted()) {
      response.consumedCapacity(capacity.all());
    }
    return response.build();
  }

  private Wanted wanted(String name, KeysAndAttributes asked) {
    var expressions =
        new Expressions()
            .expression("ProjectionExpression", asked.projectionExpression())
            .legacy("AttributesToGet", asked.hasAttributesToGet())
            .names(asked.hasExpressionAttributeNames(), asked.expressionAttributeNames())
            .check();
    var projection = expressions.projection(asked.hasAttributesToGet(), asked.attributesToGet());
    expressions.checkAllUsed();
    var table = tables.get(name);
    var keys = new LinkedHashSet<ItemKey>();
    for (var given : asked.keys()) {
      if (!keys.add(Keys.check(table.layout().schema(), AttributeValues.item(given)))) {
        throw validation("Provided list of item keys contains duplicates");
      }
    }
    return new Wanted(name, table, asked, projection, List.copyOf(keys));
  }

  @Override
  public BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
    var constraints =
        new DynamoConstraints()
            .present("requestItems", request.hasRequestItems())
            .returnConsumedCapacity(request.returnConsumedCapacityAsString())
            .returnItemCollectionMetrics(request.returnItemCollectionMetricsAsString());
    if (request.hasRequestItems()) {
      constraints.size(
          "requestItems", request.requestItems().size(), request.requestItems(), 1, WRITES_MAX);
    }
    request
        .requestItems()
        .forEach((name, writes) -> {
          if (writes.isEmpty() || writes.size() > WRITES_MAX) {
            var shown =
                writes.stream().map(w -> "WriteRequest@" + Integer.toHexString(w.hashCode()));
            constraints.refuse(
                "{" + name + "=" + shown.toList() + "}",
                "requestItems",
                "Map value must satisfy constraint: [Member must have length less than or equal to"
                    + " 25, Member must have length greater than or equal to 1]");
          }
        });
    constraints.check();
    var count = request.requestItems().values().stream().mapToInt(List::size).sum();
    if (count > WRITES_MAX) {
      throw validation("Too many items requested for the BatchWriteItem call");
    }
    return write(request, validated(() -> intents(request)));
  }

  private BatchWriteItemResponse write(BatchWriteItemRequest request, List<Write> writes) {
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), false);
    var metrics = new LinkedHashMap<String, List<ItemCollectionMetrics>>();
    var unprocessed = new LinkedHashMap<String, List<WriteRequest>>();
    int processed = 0;
    AwsServiceException refusal = null;
    for (var write : writes) {
      var table = write.intent.table();
      Intent.Outcome outcome;
      try {
        outcome = write.intent.execute(tables, capacity);
      } catch (ProvisionedThroughputExceededException | ThrottlingException e) {
        refusal = e;
        unprocessed.computeIfAbsent(write.table, n -> new ArrayList<>()).add(write.request);
        continue;
      }
      processed++;
      var item = outcome.after() == null ? outcome.before() : outcome.after();
      if ("SIZE".equals(request.returnItemCollectionMetricsAsString()) && item != null) {
        var shown = DynamoItems.metrics(table, item);
        if (shown != null) {
          metrics.computeIfAbsent(table.key.name(), n -> new ArrayList<>()).add(shown);
        }
      }
    }
    if (refusal != null && processed == 0) {
      throw refusal;
    }
    var response = BatchWriteItemResponse.builder().unprocessedItems(unprocessed);
    if (!metrics.isEmpty()) {
      response.itemCollectionMetrics(metrics);
    }
    if (capacity.isWanted()) {
      response.consumedCapacity(capacity.all());
    }
    return response.build();
  }

  /// One write as it was asked for.
  ///
  /// @param table its name or ARN, as the caller wrote it
  private record Write(String table, WriteRequest request, Intent intent) {}

  private List<Write> intents(BatchWriteItemRequest request) {
    var intents = new ArrayList<Write>();
    request
        .requestItems()
        .forEach((name, writes) -> {
          var table = tables.get(name);
          var keys = new HashSet<ItemKey>();
          for (var write : writes) {
            var intent = intent(table, write);
            if (!keys.add(intent.key())) {
              throw validation("Provided list of item keys contains duplicates");
            }
            intents.add(new Write(name, write, intent));
          }
        });
    return intents;
  }

  private static Intent intent(Table table, WriteRequest write) {
    var put = write.putRequest();
    var delete = write.deleteRequest();
    if (put == null == (delete == null)) {
      throw validation(
          "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the"
              + " supported datatypes");
    } else if (put != null) {
      var item = AttributeValues.item(put.item());
      DynamoItems.checkSize(item);
      return Intent.put(table, item, null, false);
    }
    return Intent.delete(table, AttributeValues.item(delete.key()), null, false);
  }
}
