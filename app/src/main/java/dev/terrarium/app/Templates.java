package dev.terrarium.app;

import dev.terrarium.deploy.Packager;
import dev.terrarium.deploy.StackDeployment;
import dev.terrarium.systems.Clients;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// Deploys template files to a running cloud.
final class Templates {
  private final Clients clients;
  private final Consumer<String> progress;

  Templates(URI endpoint, Consumer<String> progress) {
    this.clients = new Clients(endpoint);
    this.progress = progress;
  }

  /// Deploys one; returns the stack's outputs.
  Map<String, String> deploy(Path template, String stack, Map<String, String> parameters)
      throws IOException {
    var packager = Packager.of(clients.s3, clients.sts, clients.region(), progress);
    return new StackDeployment(clients.cloudFormation, stack, progress)
        .deploy(packager.packaged(template), parameters);
  }

  /// Deploys a template, or all of a folder in the order of their names, each under the name of its
  /// file.
  void deployAll(Path fileOrFolder) throws IOException {
    for (var template : templates(fileOrFolder)) {
      var file = name(template);
      deploy(template, file.substring(0, file.lastIndexOf('.')), Map.of());
    }
  }

  private static List<Path> templates(Path fileOrFolder) throws IOException {
    if (!Files.exists(fileOrFolder)) {
      throw new IllegalArgumentException("There is no template or folder " + fileOrFolder);
    } else if (!Files.isDirectory(fileOrFolder)) {
      return List.of(fileOrFolder);
    }
    try (var files = Files.list(fileOrFolder)) {
      return files
          .filter(file -> name(file).toLowerCase(Locale.ROOT).matches(".+\\.(yaml|yml|json)"))
          .sorted()
          .toList();
    }
  }

  private static String name(Path file) {
    return Objects.requireNonNull(file.getFileName()).toString();
  }
}
