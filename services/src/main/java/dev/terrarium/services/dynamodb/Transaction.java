package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.dynamodb.expression.ExpressionException;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.InvalidValueException;
import dev.terrarium.services.dynamodb.value.Sizes;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/// Several writes that are done together or not at all.
///
/// Locks of stripes are taken in one order for everybody, so two transactions never wait for each
/// other; one that meets another waits instead of being cancelled for the conflict.
final class Transaction {
  private static final CancellationReason NONE = CancellationReason.builder().code("None").build();

  private final Tables tables;
  private final List<Intent> intents;

  private record Stripe(Table table, int number) {}

  Transaction(Tables tables, List<Intent> intents) {
    this.tables = tables;
    this.intents = intents;
  }

  /// Does it.
  ///
  /// @param more stages what else belongs into the batch
  /// @throws TransactionCanceledException with a reason for each write, in their order
  List<Intent.Outcome> execute(Capacity capacity, Consumer<Batch> more) {
    var stripes =
        intents.stream()
            .map(intent -> new Stripe(intent.table(), intent.stripe()))
            .distinct()
            .sorted(
                Comparator.<Stripe, String>comparing(s -> s.table.layout().config().storageId())
                    .thenComparingInt(Stripe::number))
            .toList();
    int held = 0;
    try {
      for (; held < stripes.size(); held++) {
        stripes.get(held).table.lock(stripes.get(held).number);
      }
      return locked(capacity, more);
    } finally {
      while (held > 0) {
        held--;
        stripes.get(held).table.unlock(stripes.get(held).number);
      }
    }
  }

  private List<Intent.Outcome> locked(Capacity capacity, Consumer<Batch> more) {
    var befores = new ArrayList<@Nullable Map<String, Value>>();
    var afters = new ArrayList<@Nullable Map<String, Value>>();
    var reasons = new ArrayList<CancellationReason>();
    for (var intent : intents) {
      var before = intent.table().read(intent.key());
      befores.add(before);
      reasons.add(prepare(intent, before, afters));
    }
    if (reasons.stream().anyMatch(reason -> reason != NONE)) {
      for (int i = 0; i < intents.size(); i++) {
        var before = befores.get(i);
        capacity.failedWrite(intents.get(i).table(), before == null ? 0 : Sizes.of(before));
      }
      throw cancelled(reasons);
    }
    var writes = new Writes(tables);
    var outcomes = new ArrayList<Intent.Outcome>();
    for (int i = 0; i < intents.size(); i++) {
      var intent = intents.get(i);
      var before = befores.get(i);
      var after = afters.get(i);
      var weight =
          intent.isCheck()
              ? Writes.look(before)
              : writes.change(intent.table(), intent.key(), before, after, false);
      capacity.write(intent.table(), weight);
      outcomes.add(new Intent.Outcome(before, after, weight));
    }
    capacity.settle();
    more.accept(writes.batch);
    writes.commit();
    return outcomes;
  }

  private static CancellationReason prepare(
      Intent intent,
      @Nullable Map<String, Value> before,
      List<@Nullable Map<String, Value>> afters) {
    if (!intent.holds(before)) {
      afters.add(before);
      var reason =
          CancellationReason.builder()
              .code("ConditionalCheckFailed")
              .message("The conditional request failed");
      if (intent.showsOnFailure() && before != null) {
        reason.item(AttributeValues.toSdk(before));
      }
      return reason.build();
    }
    try {
      afters.add(intent.change().apply(before));
      return NONE;
    } catch (ExpressionException | InvalidValueException e) {
      return invalid(before, afters, String.valueOf(e.getMessage()));
    } catch (AwsServiceException e) {
      return invalid(before, afters, Errors.message(e));
    }
  }

  private static CancellationReason invalid(
      @Nullable Map<String, Value> before,
      List<@Nullable Map<String, Value>> afters,
      String message) {
    afters.add(before);
    return CancellationReason.builder().code("ValidationError").message(message).build();
  }

  static AwsServiceException cancelled(List<CancellationReason> reasons) {
    var codes = String.join(", ", reasons.stream().map(CancellationReason::code).toList());
    return Errors.of(
        TransactionCanceledException.builder().cancellationReasons(reasons),
        400,
        "TransactionCanceledException",
        "Transaction cancelled, please refer cancellation reasons for specific reasons ["
            + codes
            + "]");
  }
}
