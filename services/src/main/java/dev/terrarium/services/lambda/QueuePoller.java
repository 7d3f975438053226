package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Waiter;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/// Carries a queue's messages to a function: one event source mapping at work.
///
/// One thread receives by long polling, so a message is on its way as soon as it is there; each
/// batch is handled on a thread of its own. What the function does not handle stays in the queue
/// and comes back when its visibility timeout has passed. Of a message group of a FIFO queue, SQS
/// itself gives nothing more while a batch is being handled.
final class QueuePoller {
  private static final int RECEIVE_MAX = 10;
  private static final int POLL_SECONDS = 20;
  private static final int CONCURRENCY_DEFAULT = 32;
  private static final int BATCH_BYTES_MAX = 5_500_000;
  private static final int ERROR_WAIT_SECONDS_MAX = 60;

  /// Where batches go.
  record Target(VersionRouter router, Dispatcher dispatcher) {}

  private final Cloud cloud;
  private final LambdaState state;
  private final Target target;
  private final QualifiedKey key;
  private final EventSourceMappingConfiguration mapping;
  private final Arn queue;
  private final RecordFilter filter;
  private final ReentrantLock lock = new ReentrantLock();
  private int running;
  private int errors;
  private @Nullable Waiter slotAwaited;
  private volatile boolean stopped;
  private volatile @Nullable Thread thread;

  QueuePoller(
      Cloud cloud,
      LambdaState state,
      Target target,
      QualifiedKey key,
      EventSourceMappingConfiguration mapping) {
    this.cloud = cloud;
    this.state = state;
    this.target = target;
    this.key = key;
    this.mapping = mapping;
    this.queue = Arn.of(mapping.eventSourceArn()).orElseThrow();
    this.filter = RecordFilter.of(mapping.filterCriteria());
  }

  void start() {
    thread =
        cloud.background(
            "lambda", "lambda-poller-" + mapping.uuid(), key.function().scope(), this::run);
  }

  void stop() {
    stopped = true;
    var polling = thread;
    if (polling != null) {
      polling.interrupt();
    }
  }

  private void run() {
    String url = null;
    while (!stopped) {
      try {
        awaitSlot();
        var sqs = cloud.client(SqsClient.class, queue.scope());
        if (url == null) {
          url = sqs.getQueueUrl(b -> b.queueName(queue.resource())).queueUrl();
        }
        var messages = collect(sqs, url);
        errors = 0;
        if (!messages.isEmpty()) {
          dispatch(url, messages);
        }
      } catch (InterruptedException _) {
        return;
      } catch (SdkException | IllegalArgumentException e) {
        if (!stopped) {
          System.getLogger(QueuePoller.class.getName())
              .log(System.Logger.Level.DEBUG, "Polling " + queue + " failed", e);
          url = null;
          waitAfterError();
        }
      }
    }
  }

  /// A batch: what is there now, or, with a batching window, what comes until it is full.
  private List<Message> collect(SqsClient sqs, String url) {
    var window = Duration.ofSeconds(mapping.maximumBatchingWindowInSeconds());
    var messages = new ArrayList<>(receive(sqs, url, POLL_SECONDS, mapping.batchSize()));
    if (messages.isEmpty() || window.isZero()) {
      return messages;
    }
    var end = cloud.clock().now().plus(window);
    long bytes = bytes(messages);
    while (messages.size() < mapping.batchSize() && bytes < BATCH_BYTES_MAX && !stopped) {
      var left = Duration.between(cloud.clock().now(), end);
      if (left.isNegative() || left.isZero()) {
        break;
      }
      var seconds = (int) Math.min(POLL_SECONDS, Math.ceil(left.toMillis() / 1000.0));
      var more = receive(sqs, url, seconds, mapping.batchSize() - messages.size());
      bytes += bytes(more);
      messages.addAll(more);
    }
    return messages;
  }

  private static long bytes(List<Message> messages) {
    return messages.stream().mapToLong(m -> m.body().length()).sum();
  }

  private List<Message> receive(SqsClient sqs, String url, int seconds, int most) {
    return sqs.receiveMessage(b ->
            b.queueUrl(url)
                .waitTimeSeconds(seconds)
                .maxNumberOfMessages(Math.min(RECEIVE_MAX, most))
                .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                .messageAttributeNames("All"))
        .messages();
  }

  private void dispatch(String url, List<Message> messages) {
    if (stopped) {
      giveBack(url, messages);
      return;
    }
    lock.lock();
    try {
      running++;
    } finally {
      lock.unlock();
    }
    cloud.background(
        "lambda",
        "lambda-batch",
        key.function().scope(),
        () -> {
          try {
            handle(url, messages);
          } finally {
            freeSlot();
          }
        });
  }

  private void giveBack(String url, List<Message> messages) {
    var sqs = cloud.client(SqsClient.class, queue.scope());
    for (var message : messages) {
      sqs.changeMessageVisibility(
          b -> b.queueUrl(url).receiptHandle(message.receiptHandle()).visibilityTimeout(0));
    }
  }

  private void handle(String url, List<Message> messages) {
    var passing = new LinkedHashMap<Message, ObjectNode>();
    var refused = new ArrayList<Message>();
    for (var message : messages) {
      var record = QueueRecords.of(message, queue);
      if (filter.passes(record)) {
        passing.put(message, record);
      } else {
        refused.add(message);
      }
    }
    delete(url, refused);
    if (passing.isEmpty()) {
      return;
    }
    var trace = messages.getFirst().attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER);
    cloud.causedBy(trace, () -> invoke(url, passing));
  }

  private void invoke(String url, Map<Message, ObjectNode> records) {
    var event = Json.object();
    var list = event.putArray("Records");
    records.values().forEach(list::add);
    var arn = mapping.functionArn();
    var qualifier =
        arn.equals(key.function().arn()) ? null : arn.substring(arn.lastIndexOf(':') + 1);
    var reference = new FunctionReference(key.function(), qualifier);
    var call = dev.terrarium.kernel.Call.current();
    var invocation =
        new Invocation(
            cloud.ids().uuid(),
            arn,
            Json.write(event).getBytes(StandardCharsets.UTF_8),
            call.cause().header(),
            "");
    try {
      var outcome =
          target
              .dispatcher
              .invoke(key.function(), target.router.route(reference), invocation)
              .outcome();
      if (outcome.error() == null) {
        var failed = failures(outcome.payload(), records.keySet());
        delete(
            url, records.keySet().stream().filter(m -> !failed.contains(m.messageId())).toList());
        result("OK");
      } else {
        result("PROBLEM: Function call failed");
      }
    } catch (TooManyRequestsException _) {
      result("PROBLEM: Function call was throttled");
    } catch (ResourceNotFoundException _) {
      result("PROBLEM: Function not found");
    } catch (AwsServiceException e) {
      System.getLogger(QueuePoller.class.getName())
          .log(System.Logger.Level.WARNING, "A batch of " + queue + " could not be handled", e);
      result("PROBLEM: Function call failed");
    }
  }

  /// The ids of the messages that the function reports as failed; all of them if its report cannot
  /// be read.
  private Set<String> failures(byte[] payload, Set<Message> messages) {
    if (!mapping
        .functionResponseTypes()
        .contains(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)) {
      return Set.of();
    }
    var all = new HashSet<String>();
    messages.forEach(message -> all.add(message.messageId()));
    var text = new String(payload, StandardCharsets.UTF_8);
    try {
      var items = text.isBlank() ? Json.array() : Json.parse(text).path("batchItemFailures");
      var failed = new HashSet<String>();
      for (var item : items) {
        var id = item.path("itemIdentifier");
        if (!id.isTextual() || !all.contains(id.asText())) {
          return all;
        }
        failed.add(id.asText());
      }
      return failed;
    } catch (IllegalArgumentException _) {
      return all;
    }
  }

  private void delete(String url, List<Message> messages) {
    var sqs = cloud.client(SqsClient.class, queue.scope());
    for (int from = 0; from < messages.size(); from += RECEIVE_MAX) {
      var part = messages.subList(from, Math.min(messages.size(), from + RECEIVE_MAX));
      var entries = new ArrayList<DeleteMessageBatchRequestEntry>();
      for (var message : part) {
        entries.add(
            DeleteMessageBatchRequestEntry.builder()
                .id(Integer.toString(entries.size()))
                .receiptHandle(message.receiptHandle())
                .build());
      }
      sqs.deleteMessageBatch(b -> b.queueUrl(url).entries(entries));
    }
  }

  /// Notes how the last batch went, if that has changed.
  private void result(String text) {
    state.locks.with(
        "mappings",
        () -> {
          var current = state.mappings.get(key);
          if (current != null && !text.equals(current.lastProcessingResult())) {
            state.mappings.put(key, current.toBuilder().lastProcessingResult(text).build());
          }
          return text;
        });
  }

  private int concurrencyMax() {
    var scaling = mapping.scalingConfig();
    var most = scaling == null ? CONCURRENCY_DEFAULT : scaling.maximumConcurrency();
    var function = state.functions.get(key.function());
    return function == null || function.reserved() < 1 ? most : Math.min(most, function.reserved());
  }

  private void awaitSlot() throws InterruptedException {
    while (true) {
      Waiter waiter;
      lock.lock();
      try {
        if (running < concurrencyMax()) {
          return;
        }
        waiter = new Waiter();
        slotAwaited = waiter;
      } finally {
        lock.unlock();
      }
      waiter.await();
    }
  }

  private void freeSlot() {
    lock.lock();
    try {
      running--;
      if (slotAwaited != null) {
        slotAwaited.wake();
        slotAwaited = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits longer and longer while the queue cannot be read: it may have been deleted.
  private void waitAfterError() {
    try {
      var wait = Duration.ofSeconds(Math.min(ERROR_WAIT_SECONDS_MAX, 1L << Math.min(errors++, 8)));
      Instant until = cloud.clock().now().plus(wait);
      cloud.timers().sleepUntil(until);
    } catch (InterruptedException _) {
      stopped = true;
    }
  }
}
