package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Waiter;
import dev.terrarium.kernel.trace.Cause;
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
final class QueuePoller implements Poller {
  private static final int RECEIVE_MAX = 10;
  private static final int POLL_SECONDS = 20;
  private static final int CONCURRENCY_DEFAULT = 32;

  /// AWS lets a provisioned poller have so many batches handled at once.
  private static final int CONCURRENCY_PER_POLLER = 10;

  /// Of the 6 MB that an event may have, what is left for bodies.
  private static final int BATCH_BYTES_MAX = 5_500_000;

  private final Cloud cloud;
  private final MappingTarget target;
  private final EventSourceMappingConfiguration mapping;
  private final Arn queue;
  private final RecordFilter filter;
  private final PollerWork work;
  private final ReentrantLock lock = new ReentrantLock();
  private int running;
  private @Nullable Waiter slotAwaited;
  private @Nullable Thread polling;

  QueuePoller(Cloud cloud, MappingTarget target) {
    this.cloud = cloud;
    this.target = target;
    this.mapping = target.mapping;
    this.queue = Arn.of(mapping.eventSourceArn()).orElseThrow();
    this.filter = RecordFilter.of(mapping.filterCriteria());
    this.work = new PollerWork(cloud, target.key.function().scope(), mapping.uuid());
  }

  @Override
  public void start() {
    work.start("lambda-poller-" + mapping.uuid(), this::run);
  }

  @Override
  public void stop(Runnable whenEnded) {
    work.stop(whenEnded);
    wake();
  }

  @Override
  public void abandon() {
    work.abandon();
    wake();
  }

  /// Ends the long poll.
  private void wake() {
    lock.lock();
    try {
      if (polling != null) {
        cloud.timers().interrupt(polling);
      }
    } finally {
      lock.unlock();
    }
  }

  private void polling(@Nullable Thread thread) {
    lock.lock();
    try {
      polling = thread;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    polling(Thread.currentThread());
    String url = null;
    int errors = 0;
    try (var watch = work.watch()) {
      while (!work.stopped()) {
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
        } catch (SdkException | IllegalArgumentException e) {
          url = null;
          failed(e);
          work.backOff(watch, errors++, Instant.MAX);
        }
      }
    } catch (InterruptedException _) {
      // Asked to end.
    } finally {
      polling(null);
    }
  }

  private void failed(RuntimeException error) {
    if (!work.stopped()) {
      System.getLogger(QueuePoller.class.getName())
          .log(System.Logger.Level.DEBUG, "Polling " + queue + " failed", error);
      if (error instanceof AwsServiceException e) {
        target.result("PROBLEM: " + Errors.code(e) + ": " + Errors.message(e));
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
    while (messages.size() < mapping.batchSize() && bytes < BATCH_BYTES_MAX && !work.stopped()) {
      var left = Duration.between(cloud.clock().now(), end);
      if (left.isNegative() || left.isZero()) {
        break;
      }
      var seconds = (int) Math.min(POLL_SECONDS, Math.ceil(left.toMillis() / 1000.0));
      try {
        var more = receive(sqs, url, seconds, mapping.batchSize() - messages.size());
        bytes += bytes(more);
        messages.addAll(more);
      } catch (SdkException e) {
        // What has been gathered is not to wait for its visibility timeout.
        failed(e);
        break;
      }
    }
    return messages;
  }

  private static long bytes(List<Message> messages) {
    return messages.stream()
        .mapToLong(m -> m.body().getBytes(StandardCharsets.UTF_8).length + 1000L)
        .sum();
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
    lock.lock();
    try {
      running++;
    } finally {
      lock.unlock();
    }
    var begun =
        work.start(
            "lambda-batch",
            () -> {
              try {
                handle(url, messages);
              } finally {
                freeSlot();
              }
            });
    if (!begun) {
      var _ = Thread.interrupted();
      giveBack(url, messages);
    }
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
      if (filter.passesWithData(record, "body", message.body())) {
        passing.put(message, record);
      } else {
        refused.add(message);
      }
    }
    delete(url, refused);
    target.count("PolledEventCount", messages.size());
    target.count("FilteredOutEventCount", refused.size());
    target.count("InvokedEventCount", passing.size());
    if (passing.isEmpty()) {
      return;
    }
    var trace = messages.getFirst().attributesAsStrings().get(Cause.ATTRIBUTE);
    cloud.causedBy(trace, () -> invoke(url, passing));
  }

  private void invoke(String url, Map<Message, ObjectNode> records) {
    var event = Json.object();
    var list = event.putArray("Records");
    records.values().forEach(list::add);
    var result = target.invoke(Json.write(event).getBytes(StandardCharsets.UTF_8));
    if (work.abandoned() || !(result instanceof MappingTarget.Ran ran)) {
      return;
    }
    if (ran.failed()) {
      target.result("PROBLEM: Function call failed");
      target.count("FailedInvokeEventCount", records.size());
      return;
    }
    var all = new HashSet<String>();
    records.keySet().forEach(message -> all.add(message.messageId()));
    var failed =
        target.reportsFailures()
            ? BatchReport.failures(ran.outcome().payload(), all)
            : Set.<String>of();
    delete(url, records.keySet().stream().filter(m -> !failed.contains(m.messageId())).toList());
    target.count("FailedInvokeEventCount", failed.size());
    target.result("OK");
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
      target.count("DeletedEventCount", entries.size());
    }
  }

  private int concurrencyMax() {
    var scaling = mapping.scalingConfig();
    var pollers = mapping.provisionedPollerConfig();
    if (scaling != null) {
      return target.concurrencyMax(scaling.maximumConcurrency());
    }
    return target.concurrencyMax(
        pollers == null ? CONCURRENCY_DEFAULT : pollers.maximumPollers() * CONCURRENCY_PER_POLLER);
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
}
