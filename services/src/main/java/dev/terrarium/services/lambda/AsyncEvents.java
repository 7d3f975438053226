package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.time.Timer;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.lambda.model.FunctionEventInvokeConfig;
import software.amazon.awssdk.services.lambda.model.RecursiveInvocationException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/// Events of asynchronous invocations: in the store until they have been handled, retried or given
/// up, so that none is lost with the process.
///
/// An event waits under the moment at which it is due; a durable timer wakes the function's queue
/// when a retry is. What is being handled is known only in memory: after a restart it is handled
/// again, for Lambda promises at least once.
final class AsyncEvents implements AutoCloseable {
  private static final String TIMER = "lambda.async";
  private static final int RETRIES_DEFAULT = 2;
  private static final int AGE_SECONDS_MAX = 21_600;
  private static final int WORKERS_MAX = 64;
  private static final Duration THROTTLE_WAIT_MAX = Duration.ofMinutes(5);

  private record EventKey(FunctionKey function, long due, String id) {}

  private final Cloud cloud;
  private final LambdaState state;
  private final VersionRouter router;
  private final Dispatcher dispatcher;
  private final Destinations destinations;
  private final Keyspace<EventKey, AsyncEvent> events;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<EventKey> running = new HashSet<>();
  private volatile boolean closed;

  AsyncEvents(Cloud cloud, LambdaState state, VersionRouter router, Dispatcher dispatcher) {
    this.cloud = cloud;
    this.state = state;
    this.router = router;
    this.dispatcher = dispatcher;
    this.destinations = new Destinations(cloud);
    this.events =
        new Keyspace<>(
            cloud.store(),
            "lambda.events",
            KeyCodec.of(
                (key, to) -> {
                  FunctionKey.write(key.function, to);
                  to.number(key.due).string(key.id);
                },
                from -> new EventKey(FunctionKey.read(from), from.number(), from.string())),
            Codec.of(1, AsyncEvent::write, AsyncEvent::read));
    cloud.timers().handle(TIMER, timer -> pump(function(timer)));
  }

  /// Takes up what the store holds.
  void resume() {
    var functions = new HashSet<FunctionKey>();
    events.scan((key, event) -> {
      functions.add(key.function);
      return true;
    });
    functions.forEach(this::pump);
  }

  /// Accepts an event.
  void add(FunctionReference reference, String requestId, byte[] payload, String context) {
    var now = cloud.clock().millis();
    var event =
        new AsyncEvent(
            requestId,
            reference.qualifier() == null ? "" : reference.qualifier(),
            payload,
            context,
            Call.current().cause().header(),
            now,
            0,
            0);
    var batch = new Batch();
    events.put(batch, new EventKey(reference.function(), now, requestId), event);
    batch.afterCommit(() -> pump(reference.function()));
    cloud.store().commit(batch);
    dispatcher.metrics().count(reference.function(), "AsyncEventsReceived", 1);
  }

  @Override
  public void close() {
    closed = true;
  }

  /// Starts handling what is due of a function, as much as may run at once.
  private void pump(FunctionKey function) {
    var now = cloud.clock().millis();
    var started = new ArrayList<EventKey>();
    lock.lock();
    try {
      var count = running.stream().filter(key -> key.function.equals(function)).count();
      events.scan(
          (key, event) -> {
            if (key.due > now || closed || count + started.size() >= WORKERS_MAX) {
              return false;
            }
            if (running.add(key)) {
              started.add(key);
            }
            return true;
          },
          function.parts());
    } finally {
      lock.unlock();
    }
    for (var key : started) {
      cloud.background("lambda", "lambda-event", function.scope(), () -> work(key));
    }
  }

  private void work(EventKey key) {
    try {
      var event = events.get(key);
      if (event != null && !closed) {
        cloud.causedBy(event.traceHeader(), () -> handle(key, event));
      }
    } finally {
      lock.lock();
      try {
        running.remove(key);
      } finally {
        lock.unlock();
      }
    }
    if (!closed) {
      pump(key.function);
    }
  }

  private void handle(EventKey key, AsyncEvent event) {
    var reference =
        new FunctionReference(key.function, event.qualifier().isEmpty() ? null : event.qualifier());
    var config = config(key.function, reference.qualifierOrLatest());
    var ageMax = config == null ? null : config.maximumEventAgeInSeconds();
    var age = cloud.clock().millis() - event.receivedAt();
    dispatcher.metrics().count(key.function, "AsyncEventAge", (double) age);
    if (age > Duration.ofSeconds(ageMax == null ? AGE_SECONDS_MAX : ageMax).toMillis()) {
      giveUp(key, event, reference, config, "EventAgeExceeded", null, "");
      return;
    }
    try {
      cloud.awaitDurable();
      var version = router.route(reference);
      var completed =
          cloud.hop(
              "lambda",
              "Invoke",
              () ->
                  dispatcher.invoke(
                      key.function, version, invocation(event, reference, key.function)));
      ended(key, event, reference, config, completed.outcome(), version.configuration().version());
    } catch (TooManyRequestsException _) {
      var wait = Duration.ofSeconds(1L << Math.min(event.throttles(), 8));
      retry(
          key, event.throttled(), wait.compareTo(THROTTLE_WAIT_MAX) > 0 ? THROTTLE_WAIT_MAX : wait);
    } catch (RecursiveInvocationException _) {
      dispatcher.metrics().count(key.function, "RecursiveInvocationsDropped", 1);
      giveUp(key, event, reference, config, "RecursiveInvocation", null, "");
    } catch (ResourceNotFoundException _) {
      events.delete(key);
    } catch (AwsServiceException e) {
      System.getLogger(AsyncEvents.class.getName())
          .log(System.Logger.Level.WARNING, "An event of " + reference.arn() + " waits", e);
      retry(key, event.throttled(), Duration.ofMinutes(1));
    }
  }

  private Invocation invocation(
      AsyncEvent event, FunctionReference reference, FunctionKey function) {
    return new Invocation(
        event.requestId(),
        reference.arn(),
        event.payload(),
        Lineage.enter(state, function),
        event.clientContext());
  }

  private void ended(
      EventKey key,
      AsyncEvent event,
      FunctionReference reference,
      @Nullable FunctionEventInvokeConfig config,
      Outcome outcome,
      String version) {
    if (closed) {
      return;
    }
    var attempt = event.attempts() + 1;
    var retries = config == null ? null : config.maximumRetryAttempts();
    if (outcome.error() == null) {
      var target =
          config == null || config.destinationConfig() == null
              ? null
              : config.destinationConfig().onSuccess();
      if (target != null && target.destination() != null) {
        send(
            target.destination(),
            reference,
            destinations.record(reference, event, "Success", attempt, outcome, version),
            true);
      }
      events.delete(key);
    } else if (attempt <= (retries == null ? RETRIES_DEFAULT : retries)) {
      retry(key, event.failed(), Duration.ofMinutes(attempt));
    } else {
      giveUp(key, event, reference, config, "RetriesExhausted", outcome, version);
    }
  }

  private void giveUp(
      EventKey key,
      AsyncEvent event,
      FunctionReference reference,
      @Nullable FunctionEventInvokeConfig config,
      String condition,
      @Nullable Outcome outcome,
      String version) {
    var attempts = event.attempts() + (outcome == null ? 0 : 1);
    dispatcher.metrics().count(key.function, "AsyncEventsDropped", 1);
    var target =
        config == null || config.destinationConfig() == null
            ? null
            : config.destinationConfig().onFailure();
    if (target != null && target.destination() != null) {
      send(
          target.destination(),
          reference,
          destinations.record(reference, event, condition, attempts, outcome, version),
          false);
    }
    var queue = deadLetters(reference);
    if (queue != null && !destinations.deadLetter(queue, event, outcome)) {
      dispatcher.metrics().count(key.function, "DeadLetterErrors", 1);
    }
    events.delete(key);
  }

  private void send(
      String destination, FunctionReference reference, ObjectNode record, boolean success) {
    if (!destinations.send(destination, reference, record, success)) {
      dispatcher.metrics().count(reference.function(), "DestinationDeliveryFailures", 1);
    }
  }

  /// The dead-letter queue or topic of the version that was meant, or null.
  private @Nullable String deadLetters(FunctionReference reference) {
    try {
      var config = state.requireVersion(reference).configuration().deadLetterConfig();
      return config == null ? null : config.targetArn();
    } catch (ResourceNotFoundException _) {
      return null;
    }
  }

  private void retry(EventKey key, AsyncEvent event, Duration wait) {
    var due = cloud.clock().now().plus(wait);
    var again = new EventKey(key.function, due.toEpochMilli(), key.id);
    var batch = new Batch();
    events.delete(batch, key);
    events.put(batch, again, event);
    var f = key.function;
    var payload = String.join("\n", f.scope().account(), f.scope().region(), f.name());
    cloud
        .timers()
        .schedule(batch, new Timer(due, TIMER, key.id, payload.getBytes(StandardCharsets.UTF_8)));
    cloud.store().commit(batch);
  }

  private static FunctionKey function(Timer timer) {
    var parts = List.of(new String(timer.payload(), StandardCharsets.UTF_8).split("\n", 3));
    return new FunctionKey(
        new dev.terrarium.kernel.Scope(parts.get(0), parts.get(1)), parts.get(2));
  }

  private @Nullable FunctionEventInvokeConfig config(FunctionKey function, String qualifier) {
    return state.invokeConfigs.get(new QualifiedKey(function, qualifier));
  }
}
