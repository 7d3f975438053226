package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/// The log of one sandbox: a stream of its own in the function's log group.
///
/// Lines are taken at once and carried to CloudWatch Logs behind the invocation's back, by one
/// carrier at a time, which takes all that has gathered. The last 4 KB of an invocation are kept
/// for `LogType: Tail`.
final class SandboxLog {
  private static final int TAIL_BYTES = 4096;
  private static final int LINES_MAX = 100_000;
  private static final int LINE_CHARS_MAX = 256 * 1024;
  private static final int BATCH_LINES = 1000;

  /// A character takes up to three bytes, and a batch holds a megabyte.
  private static final int BATCH_CHARS_MAX = 300_000;

  private final Cloud cloud;
  private final Scope scope;
  private final String group;
  private final String stream;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<InputLogEvent> waiting = new ArrayDeque<>();
  private final StringBuilder tail = new StringBuilder();
  private boolean carrying;
  private boolean created;

  SandboxLog(Cloud cloud, Scope scope, String group, String stream) {
    this.cloud = cloud;
    this.scope = scope;
    this.group = group;
    this.stream = stream;
  }

  String group() {
    return group;
  }

  String stream() {
    return stream;
  }

  /// Takes one line (or a framed message of several), without its end.
  void line(String text) {
    var message = text.length() > LINE_CHARS_MAX ? text.substring(0, LINE_CHARS_MAX) : text;
    var event =
        InputLogEvent.builder().timestamp(cloud.clock().millis()).message(message + "\n").build();
    lock.lock();
    try {
      tail.append(message).append('\n');
      if (tail.length() > 4 * TAIL_BYTES) {
        tail.delete(0, tail.length() - 2 * TAIL_BYTES);
      }
      if (waiting.size() < LINES_MAX) {
        waiting.add(event);
      }
      if (!carrying) {
        carrying = true;
        cloud.background("lambda", "lambda-log", scope, this::carry);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Forgets the tail: an invocation begins.
  void begin() {
    lock.lock();
    try {
      tail.setLength(0);
    } finally {
      lock.unlock();
    }
  }

  /// The last 4 KB since [#begin].
  byte[] tail() {
    lock.lock();
    try {
      var bytes = tail.toString().getBytes(StandardCharsets.UTF_8);
      return bytes.length <= TAIL_BYTES
          ? bytes
          : Arrays.copyOfRange(bytes, bytes.length - TAIL_BYTES, bytes.length);
    } finally {
      lock.unlock();
    }
  }

  private void carry() {
    if (cloud.service("logs") == null) {
      drain();
      return;
    }
    for (var batch = take(); !batch.isEmpty(); batch = take()) {
      try {
        put(batch);
      } catch (CloudWatchLogsException e) {
        System.getLogger(SandboxLog.class.getName())
            .log(System.Logger.Level.WARNING, "Lost log lines of " + group + " " + stream, e);
      }
    }
  }

  private void put(List<InputLogEvent> batch) {
    var logs = cloud.client(CloudWatchLogsClient.class);
    if (!created) {
      create(logs);
    }
    try {
      logs.putLogEvents(b -> b.logGroupName(group).logStreamName(stream).logEvents(batch));
    } catch (ResourceNotFoundException _) {
      // Somebody deleted the group or stream under us: AWS's Lambda makes them again, too.
      create(logs);
      logs.putLogEvents(b -> b.logGroupName(group).logStreamName(stream).logEvents(batch));
    }
  }

  private void create(CloudWatchLogsClient logs) {
    try {
      logs.createLogGroup(b -> b.logGroupName(group));
    } catch (ResourceAlreadyExistsException _) {
      // The usual case.
    }
    try {
      logs.createLogStream(b -> b.logGroupName(group).logStreamName(stream));
    } catch (ResourceAlreadyExistsException _) {
      // Only if it was made by hand.
    }
    created = true;
  }

  private List<InputLogEvent> take() {
    var batch = new ArrayList<InputLogEvent>();
    lock.lock();
    try {
      int chars = 0;
      while (!waiting.isEmpty() && batch.size() < BATCH_LINES) {
        chars += waiting.peek().message().length() + 26;
        if (chars > BATCH_CHARS_MAX && !batch.isEmpty()) {
          break;
        }
        batch.add(waiting.poll());
      }
      // The clock can be set back, but a batch has to be in order.
      batch.sort(Comparator.comparingLong(InputLogEvent::timestamp));
      carrying = !batch.isEmpty();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void drain() {
    lock.lock();
    try {
      waiting.clear();
      carrying = false;
    } finally {
      lock.unlock();
    }
  }
}
