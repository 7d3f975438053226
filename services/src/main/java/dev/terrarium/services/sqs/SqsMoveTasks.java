package dev.terrarium.services.sqs;

import dev.terrarium.kernel.store.Batch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sqs.model.CancelMessageMoveTaskRequest;
import software.amazon.awssdk.services.sqs.model.CancelMessageMoveTaskResponse;
import software.amazon.awssdk.services.sqs.model.ListMessageMoveTasksRequest;
import software.amazon.awssdk.services.sqs.model.ListMessageMoveTasksResponse;
import software.amazon.awssdk.services.sqs.model.ListMessageMoveTasksResultEntry;
import software.amazon.awssdk.services.sqs.model.StartMessageMoveTaskRequest;
import software.amazon.awssdk.services.sqs.model.StartMessageMoveTaskResponse;

/// Redrives of dead letters, in the background; one that a crash interrupts goes on.
final class SqsMoveTasks implements SqsPart {
  private static final int PER_SECOND_MAX = 500;

  private final Queues queues;
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  SqsMoveTasks(Queues queues) {
    this.queues = queues;
    for (var task : queues.stored.moveTasks.list()) {
      if (task.isRunning()) {
        start(task);
      }
    }
  }

  @Override
  public StartMessageMoveTaskResponse startMessageMoveTask(StartMessageMoveTaskRequest request) {
    if (request.sourceArn() == null) {
      throw SqsErrors.missing("SourceArn");
    }
    var source = existing("SourceArn", request.sourceArn());
    var destination = request.destinationArn() == null ? "" : request.destinationArn();
    if (queues.sourcesOf(source.key).isEmpty()) {
      throw SqsErrors.invalid("Source queue must be configured as a Dead Letter Queue.");
    }
    if (!destination.isEmpty()) {
      existing("DestinationArn", destination);
    }
    var rate = request.maxNumberOfMessagesPerSecond();
    if (rate != null && (rate < 1 || rate > PER_SECOND_MAX)) {
      throw SqsErrors.invalid(
          rate,
          "MaxNumberOfMessagesPerSecond",
          "Must be between 1 and " + PER_SECOND_MAX + ", if provided.");
    }
    if (tasks(request.sourceArn()).stream().anyMatch(MoveTask::isRunning)) {
      throw SqsErrors.unsupported(
          "There is already a task running. Only one active task is allowed for a source queue arn"
              + " at a given time.");
    }
    var id = queues.cloud.ids().uuid();
    var plain = "{\"taskId\":\"" + id + "\",\"sourceArn\":\"" + request.sourceArn() + "\"}";
    var handle =
        Base64.getEncoder().encodeToString(plain.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    var task =
        new MoveTask(
            handle,
            request.sourceArn(),
            destination,
            rate == null ? 0 : rate,
            "RUNNING",
            0,
            source.counts().ready(),
            queues.cloud.clock().millis(),
            "");
    queues.stored.moveTasks.put(handle, task);
    start(task);
    return StartMessageMoveTaskResponse.builder().taskHandle(handle).build();
  }

  @Override
  public CancelMessageMoveTaskResponse cancelMessageMoveTask(CancelMessageMoveTaskRequest request) {
    if (request.taskHandle() == null) {
      throw SqsErrors.missing("TaskHandle");
    }
    var task = queues.stored.moveTasks.get(request.taskHandle());
    if (task == null) {
      throw SqsErrors.noResource("Task does not exist.");
    } else if (!task.isRunning()) {
      throw SqsErrors.unsupported("Only active tasks can be cancelled.");
    }
    queues.stored.moveTasks.put(
        task.handle(), task.with("CANCELLED", task.moved(), task.failure()));
    queues.cloud.signals().signal(task.handle());
    return CancelMessageMoveTaskResponse.builder()
        .approximateNumberOfMessagesMoved(task.moved())
        .build();
  }

  @Override
  public ListMessageMoveTasksResponse listMessageMoveTasks(ListMessageMoveTasksRequest request) {
    if (request.sourceArn() == null) {
      throw SqsErrors.missing("SourceArn");
    }
    existing("SourceArn", request.sourceArn());
    var max = request.maxResults() == null ? 1 : request.maxResults();
    if (max < 1 || max > 10) {
      throw SqsErrors.invalid(max, "MaxResults", "Must be between 1 and 10, if provided.");
    }
    var entries =
        tasks(request.sourceArn()).stream()
            .sorted(Comparator.comparingLong(MoveTask::startedMillis).reversed())
            .limit(max)
            .map(SqsMoveTasks::entry)
            .toList();
    return ListMessageMoveTasksResponse.builder().results(entries).build();
  }

  private static ListMessageMoveTasksResultEntry entry(MoveTask task) {
    var entry =
        ListMessageMoveTasksResultEntry.builder()
            .status(task.status())
            .sourceArn(task.source())
            .approximateNumberOfMessagesMoved(task.moved())
            .approximateNumberOfMessagesToMove(task.toMove())
            .startedTimestamp(task.startedMillis());
    if (task.isRunning()) {
      entry.taskHandle(task.handle());
    }
    if (!task.destination().isEmpty()) {
      entry.destinationArn(task.destination());
    }
    if (task.perSecond() > 0) {
      entry.maxNumberOfMessagesPerSecond(task.perSecond());
    }
    if (!task.failure().isEmpty()) {
      entry.failureReason(task.failure());
    }
    return entry.build();
  }

  private List<MoveTask> tasks(String source) {
    return queues.stored.moveTasks.list().stream()
        .filter(task -> task.source().equals(source))
        .toList();
  }

  private Queue existing(String parameter, String arn) {
    var queue = queues.find(QueueKey.ofArn(arn));
    if (queue == null) {
      throw SqsErrors.noResource(
          "The resource that you specified for the " + parameter + " parameter doesn't exist.");
    }
    return queue;
  }

  private void start(MoveTask task) {
    if (running.add(task.handle())) {
      var scope = QueueKey.ofArn(task.source()).scope();
      queues.cloud.background("sqs", "move", scope, () -> run(task.handle()));
    }
  }

  private void run(String handle) {
    try {
      var task = Objects.requireNonNull(queues.stored.moveTasks.get(handle));
      while (task.isRunning()) {
        task = step(task);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.remove(handle);
    }
  }

  /// Moves up to ten messages, and waits where a rate was asked for.
  private MoveTask step(MoveTask task) throws InterruptedException {
    var source = queues.find(QueueKey.ofArn(task.source()));
    if (source == null) {
      return finish(task, "FAILED", task.moved(), "CouldNotDetermineMessageSource");
    }
    var max = task.perSecond() == 0 ? 10 : Math.min(10, task.perSecond());
    var receipt = source.receive(max, Duration.ofMinutes(2).toMillis(), "", null);
    if (receipt.messages().isEmpty()) {
      return finish(task, "COMPLETED", task.moved(), "");
    }
    var moved = task.moved();
    for (var received : receipt.messages()) {
      var arn = task.destination().isEmpty() ? received.message().source() : task.destination();
      try {
        move(source, received, arn);
        moved++;
      } catch (AwsServiceException e) {
        return finish(task, "FAILED", moved, "AWS.SimpleQueueService.NonExistentQueue");
      }
    }
    var stored = queues.stored.moveTasks.get(task.handle());
    var status = stored == null ? "CANCELLED" : stored.status();
    var next = finish(task, status, moved, "");
    if (task.perSecond() > 0) {
      var pause = Duration.ofMillis(1000L * receipt.messages().size() / task.perSecond());
      queues.cloud.timers().sleepUntil(queues.cloud.clock().now().plus(pause));
    }
    return next;
  }

  private MoveTask finish(MoveTask task, String status, long moved, String failure) {
    var next = task.with(status, moved, failure);
    queues.stored.moveTasks.put(task.handle(), next);
    return next;
  }

  private void move(Queue source, Received received, String arn) {
    if (arn.isEmpty()) {
      throw SqsErrors.noQueue();
    }
    var target = queues.get(QueueKey.ofArn(arn));
    var batch = new Batch();
    source.takeOut(received);
    source.removeFromStore(batch, new ArrayList<>(List.of(received.sequence())));
    target.accept(batch, List.of(received), "");
  }
}
