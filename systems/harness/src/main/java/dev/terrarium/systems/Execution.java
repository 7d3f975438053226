package dev.terrarium.systems;

import dev.terrarium.deploy.Packager;
import dev.terrarium.deploy.StackDeployment;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

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
    doubt(scenario, JSON.readTree(file.toFile()), report);
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

  /// Shows that the verification is able to fail: it must notice any one thing changed in the
  /// truth.
  private void doubt(Scenario scenario, JsonNode truth, Report report) {
    var doubt = new Doubt(options.seed());
    for (int i = 0; i < options.doubts(); i++) {
      var lie = truth.deepCopy();
      var where = doubt.change(lie);
      var other = new Report();
      try {
        scenario.verify(lie, other);
      } catch (RuntimeException e) {
        other.hold("a changed truth can be compared with", false, e.toString());
      }
      report.hold("a changed truth is noticed", !other.isVerified(), where + " was not noticed");
    }
  }

  private void deploy(Run run) throws IOException {
    run.say("deploying " + run.stack() + " to " + cloud.endpoint());
    var folder = Files.createDirectories(options.folder().resolve("deployment"));
    var files = new SystemFiles(system, folder);
    var outputs = new TreeMap<String, String>();
    for (var other : system.abroad().entrySet()) {
      var clients = run.clients.in(other.getValue());
      outputs.putAll(deploy(run, clients, files.write(other.getKey()), Map.of()));
      run.outputs(outputs);
    }
    var template = files.write("template.yaml");
    outputs.putAll(deploy(run, run.clients, template, system.parameters(run)));
    run.outputs(outputs);
  }

  private Map<String, String> deploy(
      Run run, Clients clients, Path file, Map<String, String> parameters) throws IOException {
    var template = Packager.of(clients.s3, clients.sts, clients.region(), run::say).packaged(file);
    return new StackDeployment(clients.cloudFormation, run.stack(), run::say)
        .deploy(template, parameters);
  }
}
