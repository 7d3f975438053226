package dev.terrarium.app;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `terrarium up`.
@Command(
    name = "up",
    description = "Starts the cloud.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Point any AWS client at it:",
      "  export AWS_ENDPOINT_URL=http://localhost:4566",
      "  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test",
      "  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1"
    })
final class UpCommand implements Callable<Integer> {
  private static final int START_SECONDS_MAX = 60;
  private static final int DEPLOY_SECONDS_MAX = 900;

  @Mixin private Place place = new Place();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--ephemeral", description = "Keep everything in memory only.")
  private boolean ephemeral;

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "The address to listen on.")
  private String host = "127.0.0.1";

  @Option(names = "--auth", description = "Verify signatures.")
  private boolean enforce;

  @Option(
      names = "--account",
      defaultValue = "000000000000",
      description = "The account of callers who name none (default: ${DEFAULT-VALUE}).")
  private String account = "000000000000";

  @Option(
      names = "--deploy",
      paramLabel = "<template>",
      description = "A template, or a folder of them, to deploy before it is said to be up.")
  private @Nullable Path deploy;

  @Option(
      names = {"-d", "--detach"},
      description = "Return when it is up, and leave it running.")
  private boolean detach;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (place.port != 0 && place.isTaken()) {
      throw new IllegalStateException("Something is running at " + place.endpoint() + " already.");
    }
    return detach ? detached() : inForeground();
  }

  private int inForeground() throws IOException, InterruptedException {
    var data = ephemeral ? null : place.data;
    var scope = new Scope(account, Cloud.DEFAULT_SCOPE.region());
    var daemon = new Daemon(new Daemon.Settings(data, host, place.port, enforce, scope));
    place.port = daemon.port();
    var out = spec.commandLine().getOut();
    if (deploy != null) {
      try {
        new Templates(URI.create(place.endpoint()), out::println).deployAll(deploy);
      } catch (IOException | RuntimeException e) {
        daemon.close();
        throw e;
      }
    }
    writePid();
    out.println(
        "Terrarium is up at " + place.endpoint() + (data == null ? ", in memory" : ", on " + data));
    out.flush();
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              daemon.close();
              place.pidFile().toFile().delete();
              stopped.countDown();
            }));
    stopped.await();
    return 0;
  }

  private void writePid() throws IOException {
    Files.createDirectories(place.pidFile().getParent());
    Files.writeString(place.pidFile(), Long.toString(ProcessHandle.current().pid()));
  }

  /// The note of its id is the last that a start does.
  private boolean isReady(Process process) throws IOException {
    var note = place.pidFile();
    return Files.exists(note) && Files.readString(note).equals(Long.toString(process.pid()));
  }

  /// Starts this very program again, without `--detach`.
  private int detached() throws IOException, InterruptedException {
    var launcher = System.getProperty("terrarium.launcher");
    if (launcher == null) {
      throw new IllegalStateException("Only the launcher ./terrarium can detach.");
    }
    var command = new ArrayList<String>();
    command.add(launcher);
    for (var argument : spec.commandLine().getParseResult().originalArgs()) {
      if (!argument.equals("-d") && !argument.equals("--detach")) {
        command.add(argument);
      }
    }
    if (!command.contains("up")) {
      command.add(1, "up");
    }
    var log = Path.of(System.getProperty("user.home"), ".terrarium", "run", place.port + ".log");
    Files.createDirectories(log.getParent());
    var process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    var remote = new Remote(place.endpoint());
    var secondsMax = deploy == null ? START_SECONDS_MAX : DEPLOY_SECONDS_MAX;
    for (int i = 0; i < secondsMax * 20; i++) {
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("It did not start:\n" + Files.readString(log));
      } else if (isReady(process) && remote.isRunning()) {
        spec.commandLine()
            .getOut()
            .println("Terrarium is up at " + place.endpoint() + " (log: " + log + ")");
        return 0;
      }
    }
    throw new IllegalStateException("It does not answer; see " + log);
  }
}
