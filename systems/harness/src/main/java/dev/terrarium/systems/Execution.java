package dev.terrarium.systems;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.ServiceLoader;

/// Runs a reference system from deployment to report.
public final class Execution {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ReferenceSystem system;
  private final Run.Options options;
  private final CloudControl cloud;
  private final PrintWriter out;

  /// @param out where progress and the report go
  public Execution(
      ReferenceSystem system, Run.Options options, CloudControl cloud, PrintWriter out) {
    this.system = system;
    this.options = options;
    this.cloud = cloud;
    this.out = out;
    if (!options.fault().isEmpty() && !system.faults().containsKey(options.fault())) {
      throw new IllegalArgumentException(
          system.name() + " knows no fault " + options.fault() + ", but " + system.faults());
    }
  }

  /// Every system on the class path.
  public static List<ReferenceSystem> systems() {
    return ServiceLoader.load(ReferenceSystem.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(java.util.Comparator.comparing(ReferenceSystem::name))
        .toList();
  }

  /// Runs it.
  public Report run() throws IOException {
    // A name of its own, so that one cloud can show many runs.
    var stack = system.name() + "-" + Long.toString(System.currentTimeMillis() / 1000, 36);
    var run = new Run(stack, options, cloud, out);
    var report = new Report();
    var before = run.terrarium.meter();
    deploy(run);
    var scenario = system.begin(run);
    var truth = scenario.generate();
    var file = options.folder().resolve("truth.json");
    Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(truth));
    scenario.drive();
    var after = run.terrarium.meter();
    run.say("verifying");
    scenario.verify(JSON.readTree(file.toFile()), report);
    report.fact(
        "cost",
        new Prices().bill(before, after)
            + (run.suffers("restart-cloud") ? ", counted since the restart" : ""));
    report.fact("look", "endpoint " + cloud.endpoint() + ", stack " + stack + ", truth " + file);
    out.printf(
        "%n%s  seed %d, scale %s%s%n",
        system.name(),
        options.seed(),
        options.scale(),
        options.fault().isEmpty() ? "" : ", fault " + options.fault());
    report.print(out);
    return report;
  }

  private void deploy(Run run) throws IOException {
    run.say("deploying " + run.stack() + " to " + cloud.endpoint());
    var folder = options.folder().resolve("deployment");
    Files.createDirectories(folder);
    for (var resource : system.resources()) {
      Files.write(folder.resolve(resource), Run.resource(system, resource));
    }
    var template = Packager.of(run.clients, run::say).packaged(folder.resolve("template.yaml"));
    var deployment = new StackDeployment(run.clients.cloudFormation, run.stack(), run::say);
    run.outputs(deployment.deploy(template, system.parameters(run)));
  }
}
