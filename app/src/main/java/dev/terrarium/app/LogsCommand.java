package dev.terrarium.app;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

/// `terrarium logs`.
@Command(
    name = "logs",
    description = "Shows log groups, or the events of one.",
    mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(200);

  @Mixin private Place place = new Place();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..1", description = "A log group, such as /aws/lambda/my-function.")
  private String group = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on as events arrive.")
  private boolean follow;

  @Option(names = "--filter", description = "Only events that match CloudWatch's filter pattern.")
  private String filter = "";

  @Override
  public Integer call() {
    if (!new Remote(place.endpoint()).isRunning()) {
      throw new Remote.NotRunningException(place.endpoint(), new IllegalStateException());
    }
    try (var logs = client()) {
      if (group.isEmpty()) {
        logs.describeLogGroupsPaginator(r -> {})
            .logGroups()
            .forEach(g -> spec.commandLine().getOut().println(g.logGroupName()));
        return 0;
      }
      var from = show(logs, 0);
      while (follow && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(PAUSE.toNanos());
        from = show(logs, from);
      }
      return 0;
    }
  }

  /// Prints what is there from a moment on; returns where to go on.
  private long show(CloudWatchLogsClient logs, long from) {
    var last = new long[] {from};
    logs.filterLogEventsPaginator(r -> r.logGroupName(group).startTime(from).filterPattern(filter))
        .events()
        .forEach(event -> {
          var at = Instant.ofEpochMilli(event.timestamp());
          spec.commandLine().getOut().println(at + " " + event.message().stripTrailing());
          last[0] = Math.max(last[0], event.timestamp() + 1);
        });
    return last[0];
  }

  private CloudWatchLogsClient client() {
    return CloudWatchLogsClient.builder()
        .endpointOverride(URI.create(place.endpoint()))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .build();
  }
}
