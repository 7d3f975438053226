package dev.terrarium.bench;

import java.io.IOException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import org.HdrHistogram.Histogram;

/// A closed loop of connections, driven by one thread and as little work as will do, so that the
/// machine is left to the server.
final class Load {
  private Load() {}

  /// What a load saw.
  ///
  /// @param count how many requests were answered
  /// @param nanos how long it took
  /// @param latencies in nanoseconds
  record Seen(long count, long nanos, Histogram latencies) {
    double rate() {
      return count * 1e9 / nanos;
    }
  }

  /// Sends requests for a while.
  static Seen of(int port, int connections, Request request, Duration during) throws IOException {
    var latencies = new Histogram(60_000_000_000L, 3);
    var all = new ArrayList<Connection>();
    long count = 0;
    try (var selector = Selector.open()) {
      long number = 0;
      var start = System.nanoTime();
      var end = start + during.toNanos();
      for (int i = 0; i < connections; i++) {
        var connection = new Connection(selector, port);
        all.add(connection);
        connection.send(request.numbered(number++));
      }
      var now = start;
      while (now < end) {
        selector.select(1000);
        now = System.nanoTime();
        for (var key : selector.selectedKeys()) {
          var connection = (Connection) key.attachment();
          if (connection.receive()) {
            latencies.recordValue(System.nanoTime() - connection.sentAt());
            count++;
            connection.send(request.numbered(number++));
          }
        }
        selector.selectedKeys().clear();
      }
      return new Seen(count, now - start, latencies);
    } finally {
      for (var connection : all) {
        connection.close();
      }
    }
  }
}
