package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validated;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Locks;
import dev.terrarium.services.dynamodb.partiql.PartiqlParser;
import dev.terrarium.services.dynamodb.partiql.Statement;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementError;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DuplicateItemException;
import software.amazon.awssdk.services.dynamodb.model.ExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.ExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.ExecuteTransactionRequest;
import software.amazon.awssdk.services.dynamodb.model.ExecuteTransactionResponse;
import software.amazon.awssdk.services.dynamodb.model.ItemResponse;

/// PartiQL: one statement, several, several as a transaction.
final class DynamoPartiql extends DynamoPart {
  private static final int BATCH_MAX = 25;
  private static final int TRANSACTION_MAX = 100;

  private final StatementPlans plans;
  private final Locks tokens = new Locks();

  DynamoPartiql(Tables tables) {
    super(tables);
    this.plans = new StatementPlans(tables);
  }

  private static Statement parse(String statement, List<AttributeValue> parameters) {
    return PartiqlParser.parse(statement, parameters.stream().map(AttributeValues::value).toList());
  }

  @Override
  public ExecuteStatementResponse executeStatement(ExecuteStatementRequest request) {
    new DynamoConstraints()
        .required("statement", request.statement())
        .length("statement", request.statement(), 1, 8192)
        .atLeast("limit", request.limit(), 1)
        .returnConsumedCapacity(request.returnConsumedCapacityAsString())
        .check();
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), false);
    var response =
        validated(() -> {
          var statement = parse(request.statement(), request.parameters());
          if (statement instanceof Statement.Select select) {
            return select(request, select, capacity);
          } else if (statement instanceof Statement.Exists) {
            throw validation("EXISTS can only be used in ExecuteTransaction write requests.");
          }
          var shown =
              write(
                  statement,
                  DynamoItems.shows(request.returnValuesOnConditionCheckFailureAsString()),
                  capacity);
          return ExecuteStatementResponse.builder()
              .items(shown == null ? List.of() : List.of(AttributeValues.toSdk(shown)));
        });
    return response.consumedCapacity(capacity.one()).build();
  }

  private ExecuteStatementResponse.Builder select(
      ExecuteStatementRequest request, Statement.Select select, Capacity capacity) {
    var reading =
        plans.reading(
            select,
            Boolean.TRUE.equals(request.consistentRead()),
            request.limit() == null ? Integer.MAX_VALUE : request.limit());
    var start = StatementPlans.start(request.nextToken());
    reading.checkStart(start, "Invalid NextToken");
    var page = reading.read(start, capacity);
    var response = ExecuteStatementResponse.builder().items(page.toSdk());
    var last = page.last();
    if (last != null) {
      response.nextToken(StatementPlans.token(last)).lastEvaluatedKey(AttributeValues.toSdk(last));
    }
    return response;
  }

  /// Carries out a statement that writes; returns what it wants to be shown.
  private @Nullable Map<String, Value> write(
      Statement statement, boolean showsOnFailure, Capacity capacity) {
    var intent = plans.intent(statement, showsOnFailure);
    try {
      var outcome = intent.execute(tables, capacity);
      return StatementPlans.shown(statement, intent, outcome);
    } catch (ConditionalCheckFailedException e) {
      if (statement instanceof Statement.Insert) {
        throw Errors.of(
            DuplicateItemException.builder(),
            400,
            "DuplicateItemException",
            "Duplicate primary key exists in table");
      }
      throw e;
    }
  }

  @Override
  public BatchExecuteStatementResponse batchExecuteStatement(BatchExecuteStatementRequest request) {
    var constraints = new DynamoConstraints().present("statements", request.hasStatements());
    if (request.hasStatements()) {
      var statements = request.statements();
      constraints.size("statements", statements.size(), statements, 1, BATCH_MAX);
    }
    constraints.returnConsumedCapacity(request.returnConsumedCapacityAsString()).check();
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), false);
    var responses = new ArrayList<BatchStatementResponse>();
    for (var one : request.statements()) {
      responses.add(batched(one, capacity));
    }
    var response = BatchExecuteStatementResponse.builder().responses(responses);
    if (capacity.isWanted()) {
      response.consumedCapacity(capacity.all());
    }
    return response.build();
  }

  private BatchStatementResponse batched(BatchStatementRequest request, Capacity capacity) {
    var response = BatchStatementResponse.builder();
    try {
      return validated(() -> {
        var statement = parse(request.statement(), request.parameters());
        response.tableName(statement.table());
        var shown =
            statement instanceof Statement.Select select
                ? single(select, Boolean.TRUE.equals(request.consistentRead()), capacity)
                : write(
                    statement,
                    DynamoItems.shows(request.returnValuesOnConditionCheckFailureAsString()),
                    capacity);
        if (shown != null) {
          response.item(AttributeValues.toSdk(shown));
        }
        return response.build();
      });
    } catch (AwsServiceException e) {
      var error =
          BatchStatementError.builder().code(batchCode(Errors.code(e))).message(Errors.message(e));
      if (e instanceof ConditionalCheckFailedException failed && failed.hasItem()) {
        error.item(failed.item());
      }
      return response.error(error.build()).build();
    }
  }

  private static String batchCode(String code) {
    return switch (code) {
      case "ValidationException" -> "ValidationError";
      case "ConditionalCheckFailedException" -> "ConditionalCheckFailed";
      case "DuplicateItemException" -> "DuplicateItem";
      case "ResourceNotFoundException" -> "ResourceNotFound";
      case "ProvisionedThroughputExceededException" -> "ProvisionedThroughputExceeded";
      case "ThrottlingException" -> "ThrottlingError";
      default -> code;
    };
  }

  /// A select in a batch or transaction names one item.
  private @Nullable Map<String, Value> single(
      Statement.Select select, boolean consistent, Capacity capacity) {
    if (!plans.isWholeKey(select)) {
      throw validation(
          "Select statements within BatchExecuteStatement must specify the primary key in the where"
              + " clause.");
    }
    var page = plans.reading(select, consistent, Integer.MAX_VALUE).read(null, capacity);
    return page.items().isEmpty() ? null : page.items().getFirst();
  }

  @Override
  public ExecuteTransactionResponse executeTransaction(ExecuteTransactionRequest request) {
    var constraints =
        new DynamoConstraints().present("transactStatements", request.hasTransactStatements());
    if (request.hasTransactStatements()) {
      var all = request.transactStatements();
      constraints.size("transactStatements", all.size(), all, 1, TRANSACTION_MAX);
    }
    constraints.length("clientRequestToken", request.clientRequestToken(), 1, 36).check();
    var token = request.clientRequestToken();
    if (token == null) {
      return validated(() -> transact(request));
    }
    var content = request.transactStatements().toString();
    return tokens.with(
        tables.idempotency.aggregate(token),
        () ->
            tables.idempotency.isDone(token, content)
                ? ExecuteTransactionResponse.builder().build()
                : validated(() -> transact(request)));
  }

  private ExecuteTransactionResponse transact(ExecuteTransactionRequest request) {
    var statements =
        request.transactStatements().stream()
            .map(one -> parse(one.statement(), one.parameters()))
            .toList();
    var reads = statements.stream().filter(Statement.Select.class::isInstance).count();
    if (reads > 0 && reads < statements.size()) {
      throw validation(
          "ExecuteTransaction API does not support both read and write operations in the same"
              + " request.");
    }
    var capacity = new Capacity(request.returnConsumedCapacityAsString(), true);
    var responses = new ArrayList<ItemResponse>();
    if (reads > 0) {
      // One moment for all of them: a transaction's writes are seen together or not at all.
      try (var snapshot = tables.store.snapshot()) {
        for (var statement : statements) {
          var item = plans.readOne(snapshot, (Statement.Select) statement, capacity);
          responses.add(
              item == null
                  ? ItemResponse.builder().build()
                  : ItemResponse.builder().item(AttributeValues.toSdk(item)).build());
        }
      }
      capacity.settle();
    } else {
      var intents = new ArrayList<Intent>();
      for (int i = 0; i < statements.size(); i++) {
        var shows =
            request.transactStatements().get(i).returnValuesOnConditionCheckFailureAsString();
        intents.add(plans.intent(statements.get(i), DynamoItems.shows(shows)));
      }
      DynamoTransactions.checkDistinct(intents);
      var token = request.clientRequestToken();
      new Transaction(tables, intents)
          .execute(
              capacity,
              batch -> {
                if (token != null) {
                  tables.idempotency.done(batch, token, request.transactStatements().toString());
                }
              });
      statements.forEach(statement -> responses.add(ItemResponse.builder().build()));
    }
    var response = ExecuteTransactionResponse.builder().responses(responses);
    if (capacity.isWanted()) {
      response.consumedCapacity(capacity.all());
    }
    return response.build();
  }
}
