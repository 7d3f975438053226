package dev.terrarium.services.logs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import dev.terrarium.services.logs.LogsState.EventKey;
import dev.terrarium.services.logs.LogsState.GroupKey;
import dev.terrarium.services.logs.LogsState.StreamKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;
import software.amazon.awssdk.services.s3.S3Client;

/// Export tasks: a group's events of a window, as zipped lines in a bucket.
///
/// One object per stream and part: `<prefix>/<task>/<stream>/000000.gz`. Tasks run one after the
/// other behind a durable timer, so that one survives a restart.
final class LogExports implements LogsPart {
  private static final String TIMER = "logs.export";
  private static final int PART_BYTES_MAX = 8 * 1024 * 1024;

  private final Cloud cloud;
  private final LogsState state;
  private final Kept<ExportTask> tasks;

  LogExports(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
    this.tasks = new Kept<>(cloud.store(), "logs.exports", ExportTask::builder);
    cloud.timers().handle(TIMER, this::start);
  }

  @Override
  public CreateExportTaskResponse createExportTask(CreateExportTaskRequest request) {
    if (request.logGroupName() == null) {
      throw LogsErrors.missing("logGroupName");
    } else if (request.from() == null) {
      throw LogsErrors.missing("from");
    } else if (request.to() == null) {
      throw LogsErrors.missing("to");
    } else if (request.destination() == null) {
      throw LogsErrors.missing("destination");
    } else if (request.from() > request.to()) {
      throw LogsErrors.invalid("From date cannot be after to date.");
    }
    var scope = Call.current().scope();
    var _ = state.requireGroup(new GroupKey(scope, request.logGroupName()));
    try {
      cloud.client(S3Client.class).headBucket(h -> h.bucket(request.destination()));
    } catch (AwsServiceException e) {
      throw LogsErrors.invalid(
          "GetBucketAcl call on the given bucket failed. Please check if CloudWatch Logs has been"
              + " granted permission to perform this action.");
    }
    var active =
        tasks.list().stream()
            .map(task -> task.status().code())
            .anyMatch(c -> c == ExportTaskStatusCode.PENDING || c == ExportTaskStatusCode.RUNNING);
    if (active) {
      throw LogsErrors.limit("Resource limit exceeded.");
    }
    var id = cloud.ids().uuid();
    var now = cloud.clock().millis();
    var batch = new Batch();
    tasks.put(
        batch,
        scope,
        id,
        ExportTask.builder()
            .taskId(id)
            .taskName(request.taskName())
            .logGroupName(request.logGroupName())
            .from(request.from())
            .to(request.to())
            .destination(request.destination())
            .destinationPrefix(
                request.destinationPrefix() == null ? "exportedlogs" : request.destinationPrefix())
            .status(status(ExportTaskStatusCode.PENDING, null))
            .executionInfo(e -> e.creationTime(now))
            .build());
    var payload =
        String.join(
            "\n",
            scope.account(),
            scope.region(),
            id,
            request.logStreamNamePrefix() == null ? "" : request.logStreamNamePrefix());
    cloud
        .timers()
        .schedule(
            batch,
            new Timer(
                Instant.ofEpochMilli(now), TIMER, id, payload.getBytes(StandardCharsets.UTF_8)));
    cloud.store().commit(batch);
    return CreateExportTaskResponse.builder().taskId(id).build();
  }

  private static ExportTaskStatus status(
      ExportTaskStatusCode code, @org.jspecify.annotations.Nullable String message) {
    return ExportTaskStatus.builder().code(code).message(message).build();
  }

  @Override
  public DescribeExportTasksResponse describeExportTasks(DescribeExportTasksRequest request) {
    var found =
        tasks.list().stream()
            .filter(task ->
                (request.taskId() == null || request.taskId().equals(task.taskId()))
                    && (request.statusCode() == null
                        || request.statusCode() == task.status().code()))
            .toList();
    var page = Pages.of(found, request.nextToken(), request.limit(), 50);
    return DescribeExportTasksResponse.builder()
        .exportTasks(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public CancelExportTaskResponse cancelExportTask(CancelExportTaskRequest request) {
    var task =
        tasks.get(
            request.taskId(),
            () -> LogsErrors.notFound("The specified export task does not exist."));
    var code = task.status().code();
    if (code != ExportTaskStatusCode.PENDING && code != ExportTaskStatusCode.RUNNING) {
      throw Errors.of(
          InvalidOperationException.builder(),
          400,
          "InvalidOperationException",
          "The specified export task has already finished");
    }
    tasks.put(
        task.taskId(),
        task.toBuilder().status(status(ExportTaskStatusCode.CANCELLED, "Cancelled")).build());
    return CancelExportTaskResponse.builder().build();
  }

  private void start(Timer timer) {
    var parts = new String(timer.payload(), StandardCharsets.UTF_8).split("\n", 4);
    var scope = new Scope(parts[0], parts[1]);
    cloud.background("logs", "logs-export", scope, () -> run(scope, parts[2], parts[3]));
  }

  private void run(Scope scope, String id, String streamPrefix) {
    var task = tasks.get(scope, id);
    if (task == null || task.status().code() == ExportTaskStatusCode.CANCELLED) {
      return;
    }
    ExportTaskStatus end;
    try {
      export(scope, task, streamPrefix);
      end = status(ExportTaskStatusCode.COMPLETED, "Completed successfully");
    } catch (AwsServiceException e) {
      end = status(ExportTaskStatusCode.FAILED, Errors.message(e));
    }
    var ended = end;
    tasks.put(
        id,
        task.toBuilder()
            .status(ended)
            .executionInfo(e ->
                e.creationTime(task.executionInfo().creationTime())
                    .completionTime(cloud.clock().millis()))
            .build());
  }

  private void export(Scope scope, ExportTask task, String streamPrefix) {
    var group = new GroupKey(scope, task.logGroupName());
    var streams = new ArrayList<StreamKey>();
    state.streams.scan(
        (key, stream) -> {
          if (key.stream().startsWith(streamPrefix)) {
            streams.add(key);
          }
          return true;
        },
        scope.account(),
        scope.region(),
        group.group());
    var s3 =
        cloud.client(
            S3Client.class, scope, Principal.service(scope.account(), "logs.amazonaws.com"));
    for (var stream : streams) {
      export(s3, task, stream);
    }
    s3.putObject(
        p -> p.bucket(task.destination()).key(task.destinationPrefix() + "/aws-logs-write-test"),
        RequestBody.fromString("Permission Check Successful"));
  }

  private void export(S3Client s3, ExportTask task, StreamKey stream) {
    var part = new Part();
    var number = new int[1];
    var scope = stream.group().scope();
    state.events.scanFrom(
        new EventKey(stream, task.from(), 0),
        (key, event) -> {
          if (key.timestamp() >= task.to()) {
            return false;
          }
          part.add(
              Instant.ofEpochMilli(key.timestamp())
                  + " "
                  + state.masked(stream.group(), event.message())
                  + "\n");
          if (part.size > PART_BYTES_MAX) {
            part.put(s3, task, stream, number[0]++);
          }
          return true;
        },
        scope.account(),
        scope.region(),
        stream.group().group(),
        stream.stream());
    if (part.size > 0) {
      part.put(s3, task, stream, number[0]);
    }
  }

  /// What goes into one object.
  private static final class Part {
    private final StringBuilder lines = new StringBuilder();
    private int size;

    void add(String line) {
      lines.append(line);
      size += line.length();
    }

    void put(S3Client s3, ExportTask task, StreamKey stream, int number) {
      var bytes = new ByteArrayOutputStream();
      try (var writer =
          new OutputStreamWriter(new GZIPOutputStream(bytes), StandardCharsets.UTF_8)) {
        writer.append(lines);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      var name =
          "%s/%s/%s/%06d.gz"
              .formatted(
                  task.destinationPrefix(),
                  task.taskId(),
                  stream.stream().replace('/', '-'),
                  number);
      s3.putObject(
          p -> p.bucket(task.destination()).key(name), RequestBody.fromBytes(bytes.toByteArray()));
      lines.setLength(0);
      size = 0;
    }
  }
}
