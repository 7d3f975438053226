package dev.terrarium.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
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

  /// Whether something listens there; a bare connection, because a client takes its time to load.
  boolean isTaken() {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Notes which process serves a port.
  Path pidFile() {
    return Path.of(System.getProperty("user.home"), ".terrarium", "run", port + ".pid");
  }
}
