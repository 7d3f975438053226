package dev.terrarium.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line.
///
/// Exit codes: 0 done, 1 it did not work, 2 wrong usage, 3 no Terrarium is running there.
@Command(
    name = "terrarium",
    description =
        "The cloud in a jar: AWS on your machine, durable, fast, with time in your hands.",
    mixinStandardHelpOptions = true,
    version = "terrarium 0.1.0",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      ClockCommand.class,
      SnapshotCommand.class,
      SystemsCommand.class,
      RunCommand.class,
      DeployCommand.class,
      AutoComplete.GenerateCompletion.class,
      CommandLine.HelpCommand.class
    })
public final class Main {
  private Main() {}

  /// Runs one command.
  public static void main(String[] args) {
    quietLogs();
    System.exit(execute(new PrintWriter(System.out, true, StandardCharsets.UTF_8), args));
  }

  /// Runs one command and returns its exit code.
  public static int execute(PrintWriter out, String... args) {
    var line = new CommandLine(new Main());
    line.setOut(out);
    line.setExecutionExceptionHandler((failure, command, result) -> {
      command.getErr().println(command.getColorScheme().errorText(explain(failure)));
      return failure instanceof Remote.NotRunningException ? 3 : 1;
    });
    if (args.length == 0) {
      line.usage(out);
      return 0;
    }
    return line.execute(args);
  }

  private static String explain(Exception failure) {
    var message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }

  /// Only what a person should know reaches the terminal.
  private static void quietLogs() {
    try (var config = Main.class.getResourceAsStream("/logging.properties")) {
      if (config != null && System.getProperty("java.util.logging.config.file") == null) {
        LogManager.getLogManager().readConfiguration(config);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
