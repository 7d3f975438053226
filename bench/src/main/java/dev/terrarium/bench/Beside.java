package dev.terrarium.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// Beside Amazon's own DynamoDB Local.
final class Beside implements Bench {
  private static final int CONNECTIONS = 64;
  private static final int ROUNDS = 3;
  private static final Duration ROUND = Duration.ofSeconds(4);
  private static final Duration WARM_UP = Duration.ofSeconds(8);

  @Override
  public String name() {
    return "beside";
  }

  @Override
  public String about() {
    return "DynamoDB over HTTP with 64 connections beside Amazon's DynamoDB Local (downloads 51 MB)";
  }

  @Override
  public void run(Output out) throws IOException, InterruptedException {
    var libraries = libraries();
    out.section("Beside DynamoDB Local, " + CONNECTIONS + " connections");
    out.head(
        "request",
        "DynamoDB Local, memory",
        "DynamoDB Local, disk",
        "Terrarium, memory",
        "Terrarium, disk",
        "memory of memory",
        "disk of memory",
        "disk of disk");
    measure("PutItem", HttpRates::putItem, libraries, out);
    measure("GetItem", HttpRates::getItem, libraries, out);
    out.text(
        "Median of "
            + ROUNDS
            + " rounds in which the four take turns. On disk both answer after their sync: Terrarium after"
            + " one for all who wait, DynamoDB Local after one of its own for each write.");
  }

  /// Fetches DynamoDB Local, once; it is no part of the build.
  private static Path libraries() throws IOException, InterruptedException {
    var project = Path.of(System.getProperty("terrarium.home", "."), "bench", "dynamodb-local");
    var libraries = project.resolve("target/lib").toAbsolutePath();
    if (!Files.isDirectory(libraries)) {
      var fetch =
          new ProcessBuilder(
                  "mvn",
                  "-B",
                  "-q",
                  "dependency:copy-dependencies",
                  "-DoutputDirectory=" + libraries)
              .directory(project.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (fetch.waitFor() != 0) {
        throw new IOException("DynamoDB Local cannot be fetched by Maven in " + project);
      }
    }
    return libraries;
  }

  private static void measure(
      String name, Function<Child, Request> prepare, Path libraries, Output out)
      throws IOException, InterruptedException {
    try (var folder = Folder.create();
        var localMemory = Child.dynamoDbLocal(libraries, null);
        var localDisk =
            Child.dynamoDbLocal(libraries, Files.createDirectory(folder.path().resolve("local")));
        var memory = Child.memory();
        var disk = Child.disk(folder.path().resolve("data"))) {
      var children = List.of(localMemory, localDisk, memory, disk);
      var requests = children.stream().map(prepare).toList();
      out.progress(name + ": warming up");
      for (int i = 0; i < children.size(); i++) {
        Load.of(children.get(i).port(), CONNECTIONS, requests.get(i), WARM_UP);
      }
      var rates = new double[children.size()][ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < children.size(); i++) {
          rates[i][round] =
              Load.of(children.get(i).port(), CONNECTIONS, requests.get(i), ROUND).rate();
        }
        out.progress(
            String.format(
                "%s: local %,.0f/s and %,.0f/s, Terrarium %,.0f/s and %,.0f/s",
                name, rates[0][round], rates[1][round], rates[2][round], rates[3][round]));
      }
      out.row(
          name,
          Output.rate(Output.median(rates[0])),
          Output.rate(Output.median(rates[1])),
          Output.rate(Output.median(rates[2])),
          Output.rate(Output.median(rates[3])),
          times(rates[2], rates[0]),
          times(rates[3], rates[0]),
          times(rates[3], rates[1]));
    }
  }

  private static String times(double[] rates, double[] others) {
    var ratios = new double[rates.length];
    for (int i = 0; i < rates.length; i++) {
      ratios[i] = rates[i] / others[i];
    }
    return String.format("%.1f times", Output.median(ratios));
  }
}
