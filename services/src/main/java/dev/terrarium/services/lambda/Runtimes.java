package dev.terrarium.services.lambda;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which runtimes Terrarium can run, and of which kind each is.
enum Runtimes {
  /// Java, in this JVM or a process.
  JAVA,
  /// CPython from the host.
  PYTHON,
  /// Node from the host.
  NODE,
  /// The function's own `bootstrap`.
  PROVIDED;

  private static final Set<String> PYTHONS =
      Set.of(
          "python3.8",
          "python3.9",
          "python3.10",
          "python3.11",
          "python3.12",
          "python3.13",
          "python3.14");
  private static final Set<String> NODES =
      Set.of("nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs24.x");
  private static final Set<String> JAVAS =
      Set.of("java8.al2", "java11", "java17", "java21", "java25");
  private static final Set<String> PROVIDEDS =
      Set.of("provided", "provided.al2", "provided.al2023");
  private static final List<String> ABSENT =
      List.of("ruby3.2", "ruby3.3", "ruby3.4", "dotnet6", "dotnet8", "dotnet9", "dotnet10");

  /// What AWS recommends instead of the runtimes that it once had.
  private static final Map<String, String> RETIRED =
      Map.ofEntries(
          Map.entry("nodejs", "nodejs22.x"),
          Map.entry("nodejs4.3", "nodejs22.x"),
          Map.entry("nodejs6.10", "nodejs22.x"),
          Map.entry("nodejs8.10", "nodejs22.x"),
          Map.entry("nodejs10.x", "nodejs22.x"),
          Map.entry("nodejs12.x", "nodejs22.x"),
          Map.entry("nodejs14.x", "nodejs22.x"),
          Map.entry("nodejs16.x", "nodejs22.x"),
          Map.entry("python2.7", "python3.13"),
          Map.entry("python3.6", "python3.13"),
          Map.entry("python3.7", "python3.13"),
          Map.entry("java8", "java21"),
          Map.entry("ruby2.5", "ruby3.4"),
          Map.entry("ruby2.7", "ruby3.4"),
          Map.entry("dotnetcore1.0", "dotnet8"),
          Map.entry("dotnetcore2.0", "dotnet8"),
          Map.entry("dotnetcore2.1", "dotnet8"),
          Map.entry("dotnetcore3.1", "dotnet8"),
          Map.entry("go1.x", "provided.al2023"));

  /// The kind of a runtime.
  ///
  /// @throws software.amazon.awssdk.awscore.exception.AwsServiceException if Terrarium or AWS does
  ///   not have it
  static Runtimes of(String name) {
    if (JAVAS.contains(name)) {
      return JAVA;
    } else if (PYTHONS.contains(name)) {
      return PYTHON;
    } else if (NODES.contains(name)) {
      return NODE;
    } else if (PROVIDEDS.contains(name)) {
      return PROVIDED;
    } else if (ABSENT.contains(name)) {
      throw LambdaErrors.invalid(
          "Terrarium does not run the runtime "
              + name
              + "; it runs java, python, nodejs and"
              + " provided runtimes.");
    }
    var successor = RETIRED.get(name);
    if (successor != null) {
      throw LambdaErrors.invalid(
          "The runtime parameter of "
              + name
              + " is no longer supported for creating or updating AWS Lambda functions. We recommend"
              + " you use the new runtime ("
              + successor
              + ") while creating or updating functions.");
    }
    throw LambdaErrors.invalid(
        "Value "
            + name
            + " at 'runtime' failed to satisfy constraint: Member must satisfy enum value set:"
            + " [nodejs20.x, provided.al2023, python3.12, java17, nodejs22.x, java21, nodejs24.x,"
            + " provided.al2, python3.13, python3.14, java25, python3.10, python3.11, java8.al2,"
            + " java11, python3.9, python3.8, nodejs18.x, provided] or be a valid ARN");
  }
}
