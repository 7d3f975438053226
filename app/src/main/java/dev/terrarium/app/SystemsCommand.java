package dev.terrarium.app;

import dev.terrarium.systems.Execution;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
}
