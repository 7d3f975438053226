package dev.terrarium.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `terrarium exec`.
@Command(
    name = "exec",
    description =
        "Starts a cloud, runs a command against it, and stops the cloud. The exit code is the"
            + " command's.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "  terrarium exec -- pytest",
      "  terrarium exec --deploy template.yaml -- npm test",
      "",
      "The command finds AWS_ENDPOINT_URL, credentials, a region and TERRARIUM_PORT in its environment."
    })
final class ExecCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "command", arity = "1..*", description = "The command, after --.")
  private List<String> command = new ArrayList<>();

  @Option(names = "--port", description = "The port to listen on (default: any free one).")
  private int port;

  @Option(
      names = "--data",
      description = "Where the cloud keeps everything (default: in memory only).")
  private @Nullable Path data;

  @Option(
      names = "--deploy",
      paramLabel = "<template>",
      description = "A template, or a folder of them, to deploy before.")
  private @Nullable Path deploy;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (var cloud = RunCloud.inProcess(data, port)) {
      if (deploy != null) {
        new Templates(cloud.endpoint(), spec.commandLine().getErr()::println).deployAll(deploy);
      }
      var builder = new ProcessBuilder(command).inheritIO();
      environment(builder.environment(), cloud);
      var process = builder.start();
      try {
        return process.waitFor();
      } finally {
        process.destroy();
      }
    }
  }

  /// Where a developer's own settings would lead elsewhere, they are set aside.
  private static void environment(Map<String, String> environment, RunCloud cloud) {
    environment.keySet().removeIf(name -> name.startsWith("AWS_ENDPOINT_URL"));
    environment.remove("AWS_PROFILE");
    environment.remove("AWS_SESSION_TOKEN");
    environment.put("AWS_ENDPOINT_URL", cloud.endpoint().toString());
    environment.put("AWS_ACCESS_KEY_ID", "test");
    environment.put("AWS_SECRET_ACCESS_KEY", "test");
    environment.putIfAbsent("AWS_REGION", "us-east-1");
    environment.putIfAbsent("AWS_DEFAULT_REGION", environment.get("AWS_REGION"));
    environment.put("TERRARIUM_PORT", Integer.toString(cloud.endpoint().getPort()));
  }
}
