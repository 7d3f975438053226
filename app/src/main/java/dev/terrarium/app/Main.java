package dev.terrarium.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
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
    version = "terrarium 0.1.0")
public final class Main {
  private static final Map<String, Supplier<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("up", UpCommand::new);
    COMMANDS.put("down", DownCommand::new);
    COMMANDS.put("status", StatusCommand::new);
    COMMANDS.put("logs", LogsCommand::new);
    COMMANDS.put("trace", TraceCommand::new);
    COMMANDS.put("clock", ClockCommand::new);
    COMMANDS.put("snapshot", SnapshotCommand::new);
    COMMANDS.put("systems", SystemsCommand::new);
    COMMANDS.put("run", RunCommand::new);
    COMMANDS.put("deploy", DeployCommand::new);
    COMMANDS.put("export", ExportCommand::new);
    COMMANDS.put("exec", ExecCommand::new);
  }

  private Main() {}

  /// Runs one command.
  public static void main(String[] args) {
    quietLogs();
    System.exit(execute(new PrintWriter(System.out, true, StandardCharsets.UTF_8), args));
  }

  /// Runs one command, which says on standard error what went wrong; returns its exit code.
  public static int execute(PrintWriter out, String... args) {
    return execute(out, new PrintWriter(System.err, true, StandardCharsets.UTF_8), args);
  }

  /// Runs one command and returns its exit code.
  ///
  /// @param err where it says what went wrong
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    var line = line(args);
    line.setOut(out);
    line.setErr(err);
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

  /// Reading the options of a command takes picocli longer than the cloud needs to start, so where
  /// one command is named the others are left out.
  static CommandLine line(String... args) {
    var line = new CommandLine(new Main());
    var named = args.length == 0 ? null : COMMANDS.get(args[0]);
    if (named != null) {
      line.addSubcommand(args[0], named.get());
      // What follows the command that `exec` runs is that command's.
      line.getSubcommands().get(args[0]).setStopAtPositional(args[0].equals("exec"));
      return line;
    }
    COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.get()));
    return line.addSubcommand(new AutoComplete.GenerateCompletion())
        .addSubcommand(new CommandLine.HelpCommand());
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
