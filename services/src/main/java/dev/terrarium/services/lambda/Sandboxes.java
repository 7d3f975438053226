package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.lambda.LambdaState.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.lambda.model.LogFormat;

/// Makes sandboxes: the environment of a function, and the right kind of sandbox for its runtime.
final class Sandboxes {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String JAVA_MODE = "TERRARIUM_LAMBDA_JAVA";

  private final Cloud cloud;
  private final CodeStore code;
  private final LayerStore layers;
  private final Interpreters interpreters;

  Sandboxes(Cloud cloud, CodeStore code, LayerStore layers) {
    this.cloud = cloud;
    this.code = code;
    this.layers = layers;
    this.interpreters = new Interpreters(code.work());
  }

  /// The log stream of a new sandbox.
  SandboxLog log(FunctionKey function, Version version) {
    var configuration = version.configuration();
    var logging = configuration.loggingConfig();
    var group =
        logging == null || logging.logGroup() == null
            ? "/aws/lambda/" + function.name()
            : logging.logGroup();
    var stream =
        DAY.format(cloud.clock().now())
            + "/["
            + configuration.version()
            + "]"
            + cloud.ids().hex(32);
    return new SandboxLog(cloud, function.scope(), group, stream);
  }

  /// Makes a sandbox and starts what runs in it. Returns when it is ready or has failed to be;
  /// takes up to ten seconds.
  ///
  /// @param initialization what the function is told of why it is started now
  Sandbox make(
      FunctionKey function,
      Version version,
      SandboxLog log,
      FunctionCredentials credentials,
      String initialization) {
    var configuration = version.configuration();
    var files = code.unpacked(version.blob(), configuration.codeSha256());
    var opt = layers.unpacked(configuration.layers());
    var environment = environment(function, version, files, opt, log, credentials);
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", initialization);
    var setup = new SandboxSetup(function, configuration, files, opt, environment, log);
    var kind = Runtimes.of(configuration.runtimeAsString());
    var handler = configuration.handler();
    return switch (kind) {
      case JAVA ->
          inProcess(environment)
              ? process(setup, javaCommand(setup), true, 0)
              : new JvmSandbox(cloud.clock(), setup);
      case PYTHON -> {
        var python = interpreters.python(configuration.runtimeAsString());
        yield process(
            setup,
            List.of(python, "-u", interpreters.script("bootstrap.py")),
            true,
            configuration.memorySize());
      }
      case NODE -> {
        var node = interpreters.node();
        var heap = "--max-old-space-size=" + Math.max(64, configuration.memorySize() * 9 / 10);
        yield process(
            setup,
            List.of(node, heap, interpreters.script("bootstrap.mjs")),
            true,
            configuration.memorySize());
      }
      case PROVIDED -> {
        var bootstrap = files.resolve("bootstrap");
        if (!Files.isRegularFile(bootstrap)) {
          bootstrap = opt.resolve("bootstrap");
        }
        yield Files.isRegularFile(bootstrap)
            ? process(setup, List.of(bootstrap.toString()), false, configuration.memorySize())
            : new BrokenSandbox(
                "Runtime.InvalidEntrypoint",
                "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
                handler == null ? "" : handler);
      }
    };
  }

  /// @param megabytesMax beyond which the process is ended, or 0 if it bounds itself
  private ProcessSandbox process(
      SandboxSetup setup, List<String> command, boolean marks, int megabytesMax) {
    var bounded = ProcessBounds.ofHost().around(command, setup.layers(), megabytesMax);
    return new ProcessSandbox(cloud.clock(), setup, bounded, marks, megabytesMax);
  }

  private static boolean inProcess(Map<String, String> environment) {
    var mode =
        environment.getOrDefault(
            JAVA_MODE,
            System.getProperty(
                JAVA_MODE, Objects.requireNonNullElse(System.getenv(JAVA_MODE), "")));
    return mode.equals("process");
  }

  private List<String> javaCommand(SandboxSetup setup) {
    var memory = setup.configuration().memorySize();
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + Math.max(64, memory * 85 / 100) + "m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-XX:ActiveProcessorCount=" + Math.max(1, (memory + 884) / 1769)));
    var options = setup.environment().get("JAVA_TOOL_OPTIONS");
    if (options == null) {
      command.add("-Dfile.encoding=UTF-8");
    }
    command.addAll(List.of("-cp", JavaProcess.classPath(), JavaProcess.class.getName()));
    return command;
  }

  private Map<String, String> environment(
      FunctionKey function,
      Version version,
      Path files,
      Path opt,
      SandboxLog log,
      FunctionCredentials credentials) {
    var configuration = version.configuration();
    var region = function.scope().region();
    var all = new LinkedHashMap<String, String>();
    all.put(
        "PATH",
        Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin")
            + ":"
            + opt.resolve("bin"));
    all.put("LANG", "en_US.UTF-8");
    all.put("TZ", "UTC");
    all.put("HOME", Objects.requireNonNullElse(System.getenv("HOME"), "/"));
    all.put("LD_LIBRARY_PATH", files + ":" + files.resolve("lib") + ":" + opt.resolve("lib"));
    all.put("AWS_ENDPOINT_URL", endpoint());
    all.put("PYTHONPATH", files + ":" + opt.resolve("python") + pythonSites(opt));
    all.put(
        "NODE_PATH",
        opt.resolve("nodejs/node_modules") + ":" + files.resolve("node_modules") + ":" + files);
    all.put("PYTHONDONTWRITEBYTECODE", "1");
    all.putAll(credentials.variables());
    if (configuration.environment() != null) {
      all.putAll(configuration.environment().variables());
    }
    all.put("AWS_REGION", region);
    all.put("AWS_DEFAULT_REGION", region);
    all.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + configuration.runtimeAsString());
    all.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
    all.put("AWS_LAMBDA_FUNCTION_VERSION", configuration.version());
    all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(configuration.memorySize()));
    all.put("AWS_LAMBDA_LOG_GROUP_NAME", log.group());
    all.put("AWS_LAMBDA_LOG_STREAM_NAME", log.stream());
    var logging = configuration.loggingConfig();
    if (logging != null && logging.logFormat() == LogFormat.JSON) {
      all.put("AWS_LAMBDA_LOG_FORMAT", "JSON");
      all.put("AWS_LAMBDA_LOG_LEVEL", logging.applicationLogLevelAsString());
    }
    all.put("LAMBDA_TASK_ROOT", files.toString());
    all.put("LAMBDA_RUNTIME_DIR", code.work().toString());
    all.put("TERRARIUM_OPT", opt.toString());
    if (configuration.handler() != null) {
      all.put("_HANDLER", configuration.handler());
    }
    return all;
  }

  /// The cloud's address. An IP address, because SDKs then put S3 buckets into the path, and names
  /// below `localhost` do not resolve everywhere.
  private String endpoint() {
    return cloud.endpoint().replace("//localhost", "//127.0.0.1");
  }

  private static String pythonSites(Path opt) {
    var lib = opt.resolve("python/lib");
    if (!Files.isDirectory(lib)) {
      return "";
    }
    try (var versions = Files.list(lib)) {
      var sites = new StringBuilder();
      versions.forEach(v -> sites.append(':').append(v.resolve("site-packages")));
      return sites.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A sandbox that cannot even begin.
  private record BrokenSandbox(String type, String message, String handler) implements Sandbox {
    @Override
    public Outcome invoke(Invocation invocation) {
      return Outcome.platform(type, "RequestId: " + invocation.requestId() + " Error: " + message);
    }

    @Override
    public int memoryUsedMegabytes() {
      return 1;
    }

    @Override
    public void close() {}
  }
}
