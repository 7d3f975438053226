package dev.terrarium.app;

import dev.terrarium.deploy.Export;
import dev.terrarium.systems.Clients;
import dev.terrarium.systems.SystemFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `terrarium export`.
@Command(
    name = "export",
    description =
        "Writes a reference system, or a stack that is deployed here, as a folder that deploys on AWS"
            + " itself. What would not deploy there is named, and then nothing is written (exit"
            + " code 1).",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "  terrarium export multi-format-derive",
      "  terrarium export --stack shop --to shop-on-aws"
    })
final class ExportCommand implements Callable<Integer> {
  @Mixin private Place place = new Place();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "system",
      description = "A reference system; 'terrarium systems' lists them.")
  private @Nullable String system;

  @Option(names = "--stack", description = "Or a stack that is deployed here.")
  private @Nullable String stack;

  @Option(names = "--to", description = "The folder to make (default: its name).")
  private @Nullable Path to;

  @Override
  public Integer call() throws IOException {
    if ((system == null) == (stack == null)) {
      throw new ParameterException(spec.commandLine(), "Give either a system or --stack");
    }
    var name = system != null ? system : Objects.requireNonNull(stack);
    var target = (to != null ? to : Path.of(name)).toAbsolutePath();
    if (Files.exists(target)) {
      throw new ParameterException(spec.commandLine(), target + " is there already");
    }
    var parent = Files.createDirectories(Objects.requireNonNull(target.getParent()));
    // No temporary folder of the system's: that one nobody else could read.
    var folder = Files.createDirectory(parent.resolve(".export-" + ProcessHandle.current().pid()));
    try {
      var export = new Export(name, folder);
      if (system != null) {
        files(system, folder, export);
      } else {
        new Remote(place.endpoint()).get("/_terrarium/health");
        var clients = new Clients(URI.create(place.endpoint()));
        export.stack(clients.cloudFormation, clients.lambda, clients.s3);
      }
      var refusals = export.finish();
      if (!refusals.isEmpty()) {
        var err = spec.commandLine().getErr();
        err.println(name + " would not deploy on AWS:");
        refusals.forEach(refusal -> err.println("  " + refusal));
        return 1;
      }
      Files.move(folder, target);
    } finally {
      Folders.delete(folder);
    }
    spec.commandLine().getOut().println(target + ": ./deploy.sh deploys it, README.md says more");
    return 0;
  }

  private void files(String wanted, Path folder, Export export) throws IOException {
    var reference = SystemsCommand.named(wanted, spec.commandLine());
    var files = new SystemFiles(reference, folder);
    for (var other : reference.abroad().entrySet()) {
      files.write(other.getKey());
      export.abroad(other.getKey(), other.getValue());
    }
    files.write("template.yaml");
  }
}
