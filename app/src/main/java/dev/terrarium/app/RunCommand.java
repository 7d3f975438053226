package dev.terrarium.app;

import dev.terrarium.systems.Execution;
import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `terrarium run`.
@Command(
    name = "run",
    description = "Runs a reference system and verifies what comes out. Exit code 1 if it differs.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "  terrarium run multi-format-derive",
      "  terrarium run multi-format-derive --fault poison --seed 7 --scale 0.5",
      "  terrarium run multi-format-derive --port 4566      on the cloud that runs there"
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "system", description = "Its name; 'terrarium systems' lists them.")
  private String name = "";

  @Option(names = "--seed", defaultValue = "1", description = "What the input follows from.")
  private long seed;

  @Option(names = "--scale", defaultValue = "1", description = "How much input (default: 1).")
  private double scale;

  @Option(names = "--fault", description = "What is to go wrong.")
  private String fault = "";

  @Option(
      names = "--doubt",
      paramLabel = "<times>",
      description = "Then verify with a truth that is not true, so often; each must be noticed.")
  private int doubts;

  @Option(names = "--real-time", description = "Wait for delays instead of moving the clock.")
  private boolean realTime;

  @Option(
      names = "--port",
      description = "Use the cloud that runs there, or start one there (default: any free port).")
  private int port;

  @Option(
      names = "--data",
      description = "Where the cloud keeps everything (default: in memory only).")
  private @Nullable Path data;

  @Option(names = "--ephemeral", description = "Keep everything in memory only; the default.")
  private boolean ephemeral;

  @Option(names = "--keep", description = "Leave the cloud up after the report, until Ctrl-C.")
  private boolean keep;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var system = system();
    if (ephemeral && data != null) {
      throw new ParameterException(spec.commandLine(), "--data and --ephemeral exclude each other");
    }
    var out = spec.commandLine().getOut();
    var folder = Files.createTempDirectory("terrarium-" + name + "-");
    var options = new Run.Options(seed, scale, fault, realTime, doubts, folder);
    try (var cloud = cloud(folder)) {
      var report = new Execution(system, options, cloud, out).run();
      if (keep) {
        out.println("The cloud stays up at " + cloud.endpoint() + "; Ctrl-C ends it.");
        out.flush();
        new java.util.concurrent.CountDownLatch(1).await();
      }
      return report.isVerified() ? 0 : 1;
    }
  }

  private ReferenceSystem system() {
    return SystemsCommand.named(name, spec.commandLine());
  }

  /// The running cloud, one in this process, or, if it is to be killed, one in its own.
  private RunCloud cloud(Path folder) throws IOException {
    if (fault.equals("restart-cloud")) {
      return RunCloud.child(data == null ? folder.resolve("data") : data, port);
    }
    var running = port != 0 && new Remote("http://localhost:" + port).isRunning();
    return running ? RunCloud.running(port) : RunCloud.inProcess(data, port);
  }
}
