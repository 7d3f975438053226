package dev.terrarium.services.logs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.logs.LogsState.GroupKey;
import dev.terrarium.services.logs.LogsState.Stream;
import dev.terrarium.services.logs.LogsState.StreamKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Log streams.
final class LogStreams implements LogsPart {
  private final Cloud cloud;
  private final LogsState state;

  LogStreams(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
  }

  @Override
  public CreateLogStreamResponse createLogStream(CreateLogStreamRequest request) {
    var name = LogsState.streamName(request.logStreamName());
    if (name.isEmpty() || name.length() > 512) {
      throw LogsErrors.constraint(
          "logStreamName",
          name,
          name.isEmpty()
              ? "have length greater than or equal to 1"
              : "have length less than or equal to 512");
    }
    if (name.indexOf(':') >= 0 || name.indexOf('*') >= 0) {
      throw LogsErrors.constraint(
          "logStreamName", name, "satisfy regular expression pattern: [^:*]*");
    }
    var group =
        new GroupKey(Call.current().scope(), LogsState.groupName(request.logGroupName(), null));
    var key = new StreamKey(group, name);
    state.locks.with(
        key,
        () -> {
          state.requireGroup(group);
          if (state.streams.contains(key)) {
            throw LogsErrors.exists("log stream");
          }
          state.streams.put(key, new Stream(cloud.clock().millis(), -1, -1, -1, 0));
          return key;
        });
    return CreateLogStreamResponse.builder().build();
  }

  @Override
  public DeleteLogStreamResponse deleteLogStream(DeleteLogStreamRequest request) {
    var group =
        new GroupKey(Call.current().scope(), LogsState.groupName(request.logGroupName(), null));
    var key = new StreamKey(group, LogsState.streamName(request.logStreamName()));
    state.locks.with(
        key,
        () -> {
          state.requireStream(key);
          state.streams.delete(key);
          return key;
        });
    state.deleteEvents(key, Long.MAX_VALUE);
    return DeleteLogStreamResponse.builder().build();
  }

  @Override
  public DescribeLogStreamsResponse describeLogStreams(DescribeLogStreamsRequest request) {
    if (request.orderBy() == OrderBy.UNKNOWN_TO_SDK_VERSION) {
      throw LogsErrors.constraint(
          "orderBy",
          request.orderByAsString(),
          "satisfy enum value set: [LogStreamName, LastEventTime]");
    }
    var byTime = request.orderBy() == OrderBy.LAST_EVENT_TIME;
    var prefix = request.logStreamNamePrefix();
    if (byTime && prefix != null) {
      throw LogsErrors.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
    }
    var group =
        new GroupKey(
            Call.current().scope(),
            LogsState.groupName(request.logGroupName(), request.logGroupIdentifier()));
    state.requireGroup(group);
    var found = new ArrayList<LogStream>();
    state.streams.scan(
        (key, stream) -> {
          if (prefix == null || key.stream().startsWith(prefix)) {
            found.add(describe(key, stream));
          }
          return true;
        },
        group.scope().account(),
        group.scope().region(),
        group.group());
    if (byTime) {
      found.sort(
          Comparator.comparingLong(
              s -> s.lastEventTimestamp() == null ? s.creationTime() : s.lastEventTimestamp()));
    }
    if (Boolean.TRUE.equals(request.descending())) {
      Collections.reverse(found);
    }
    var page = Pages.of(found, request.nextToken(), request.limit(), 50);
    return DescribeLogStreamsResponse.builder()
        .logStreams(page.items())
        .nextToken(page.next())
        .build();
  }

  private static LogStream describe(StreamKey key, Stream stream) {
    var empty = stream.lastEvent() < 0;
    return LogStream.builder()
        .logStreamName(key.stream())
        .creationTime(stream.creationTime())
        .firstEventTimestamp(empty ? null : stream.firstEvent())
        .lastEventTimestamp(empty ? null : stream.lastEvent())
        .lastIngestionTime(empty ? null : stream.lastIngestion())
        .uploadSequenceToken(LogWrites.sequenceToken(stream.nextSequence()))
        .arn(key.arn())
        .build();
  }
}
