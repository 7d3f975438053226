package dev.terrarium.wire;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.trace.Span;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// Sends every call and hop as it ends, as server-sent events: one `span` each, as
/// `/_terrarium/trace` shows it. A reader who is too slow is told how many it `missed`.
final class TraceFeed {
  private static final int BACKLOG_MAX = 8 * 1024;
  private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

  private final Cloud cloud;
  private final Predicate<Span> wanted;
  private final ArrayBlockingQueue<Span> backlog = new ArrayBlockingQueue<>(BACKLOG_MAX);
  private final AtomicLong missed = new AtomicLong();

  TraceFeed(Cloud cloud, Predicate<Span> wanted) {
    this.cloud = cloud;
    this.wanted = wanted;
  }

  /// Sends until the reader is gone or everything ends.
  void send(Sender sender) {
    var headers = Map.of("Content-Type", "text/event-stream", "Cache-Control", "no-store");
    try (var watch = cloud.signals().watch("terrarium.trace");
        var _ =
            cloud
                .trace()
                .listen(span -> {
                  if (wanted.test(span)) {
                    if (!backlog.offer(span)) {
                      missed.incrementAndGet();
                    }
                    watch.signal();
                  }
                });
        var out = sender.open(200, headers)) {
      write(out, ": every call from now on\n\n");
      while (true) {
        // Now and then something is written, to learn whether the reader is still there.
        if (!watch.await(cloud.clock().now().plus(SILENCE_MAX))) {
          write(out, ":\n\n");
        }
        sendBacklog(out);
      }
    } catch (InterruptedException | IOException | UncheckedIOException _) {
      // Everything ends, or the reader has gone.
    }
  }

  private void sendBacklog(OutputStream out) throws IOException {
    for (var span = backlog.poll(); span != null; span = backlog.poll()) {
      var event = "event: span\ndata: " + Json.write(Admin.span(span)) + "\n\n";
      out.write(event.getBytes(StandardCharsets.UTF_8));
    }
    var lost = missed.getAndSet(0);
    write(out, lost == 0 ? "" : "event: missed\ndata: " + lost + "\n\n");
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
