package dev.terrarium.app;

import dev.terrarium.kernel.Cloud;
import java.nio.file.Path;

public final class Main {
  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    var port = args.length > 1 ? Integer.parseInt(args[1]) : 4566;
    var data = args.length > 0 && !args[0].equals("-") ? Path.of(args[0]) : null;
    var daemon =
        new Daemon(new Daemon.Settings(data, "127.0.0.1", port, false, Cloud.DEFAULT_SCOPE));
    Runtime.getRuntime().addShutdownHook(new Thread(daemon::close));
    System.out.println("ready " + daemon.port());
    Thread.currentThread().join();
  }
}
