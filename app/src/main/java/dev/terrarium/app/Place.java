package dev.terrarium.app;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Which Terrarium a command is about.
final class Place {
  @Option(
      names = "--port",
      defaultValue = "${env:TERRARIUM_PORT:-4566}",
      description = "The port it listens on (default: 4566).")
  int port;

  @Option(names = "--data", description = "Where everything is kept (default: ~/.terrarium/data).")
  Path data = Path.of(System.getProperty("user.home"), ".terrarium", "data");

  String endpoint() {
    return "http://localhost:" + port;
  }

  /// Notes which process serves a port.
  Path pidFile() {
    return Path.of(System.getProperty("user.home"), ".terrarium", "run", port + ".pid");
  }
}
