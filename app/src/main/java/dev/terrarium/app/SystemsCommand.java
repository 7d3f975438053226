package dev.terrarium.app;

import dev.terrarium.systems.Execution;
import dev.terrarium.systems.ReferenceSystem;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `terrarium systems`.
@Command(
    name = "systems",
    description = "Lists the reference systems, and the faults that they bear.",
    mixinStandardHelpOptions = true)
final class SystemsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    for (var system : Execution.systems()) {
      out.printf("%-24s %s%n", system.name(), system.description());
      system.faults().forEach((fault, what) -> out.printf("    --fault %-26s %s%n", fault, what));
    }
    return 0;
  }

  /// The system of a name.
  static ReferenceSystem named(String name, CommandLine asking) {
    return Execution.systems().stream()
        .filter(system -> system.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new ParameterException(
                asking, "There is no system " + name + "; 'terrarium systems' lists them."));
  }
}
