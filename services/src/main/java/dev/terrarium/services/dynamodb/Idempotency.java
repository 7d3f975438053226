package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Key;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;

/// Which transactions were done in the last ten minutes, by the tokens of their clients. Written in
/// the transaction's own batch; old ones go with later transactions.
final class Idempotency {
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int FORGET_AT_ONCE = 10;
  private static final byte[] BY_TIME = Key.of("dynamodb.tokenTimes");

  private final Cloud cloud;

  Idempotency(Cloud cloud) {
    this.cloud = cloud;
  }

  private static byte[] key(String token) {
    var call = Call.current();
    return Key.of("dynamodb.tokens", call.account(), call.region(), token);
  }

  /// A lock for the token, so that the same transaction sent twice at once is done once.
  Object aggregate(String token) {
    return Arrays.hashCode(key(token));
  }

  /// Whether the same transaction was done already.
  ///
  /// @throws IdempotentParameterMismatchException if another one was done with the token
  boolean isDone(String token, String content) {
    var stored = cloud.store().get(key(token));
    if (stored == null) {
      return false;
    }
    var reader = new Key.Reader(stored, 0);
    if (reader.number() <= cloud.clock().millis()) {
      return false;
    } else if (!Arrays.equals(reader.rest(), digest(content))) {
      throw Errors.of(
          IdempotentParameterMismatchException.builder(),
          400,
          "IdempotentParameterMismatchException",
          "DynamoDB rejected the request because you retried a request with a different payload but"
              + " with an idempotent token that was already used.");
    }
    return true;
  }

  /// Notes that a transaction is done, when the batch commits.
  void done(Batch batch, String token, String content) {
    var until = cloud.clock().millis() + REMEMBERED.toMillis();
    var key = key(token);
    batch.put(key, new Key.Writer().number(until).raw(digest(content)).toBytes());
    batch.put(new Key.Writer().raw(BY_TIME).number(until).raw(key).toBytes(), new byte[] {1});
    forget(batch);
  }

  private void forget(Batch batch) {
    var now = new Key.Writer().raw(BY_TIME).number(cloud.clock().millis()).toBytes();
    try (var cursor = cloud.store().scan(BY_TIME, now, false)) {
      for (int i = 0; i < FORGET_AT_ONCE && cursor.next(); i++) {
        batch.delete(cursor.key());
        var reader = new Key.Reader(cursor.key(), BY_TIME.length);
        var until = reader.number();
        var key = reader.rest();
        var stored = cloud.store().get(key);
        if (stored != null && new Key.Reader(stored, 0).number() == until) {
          batch.delete(key);
        }
      }
    }
  }

  private static byte[] digest(String content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
