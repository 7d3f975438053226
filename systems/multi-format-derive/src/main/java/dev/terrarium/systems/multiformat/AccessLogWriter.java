package dev.terrarium.systems.multiformat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Writes the access log of a shop, and counts while it draws, so that the truth owes nothing to
/// reading the log.
final class AccessLogWriter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final List<String> REFERRERS =
      List.of("https://search.example/", "https://news.example/plants", "-");
  private static final List<String> STAGES = List.of("product", "cart", "checkout", "order");

  /// Notes that a key is to appear in a bucket.
  interface Derivatives {
    void add(ObjectNode truth, String bucket, String key);
  }

  private final SplittableRandom random;
  private final ObjectNode operations;
  private final ObjectNode marketing;
  private final ObjectNode sales;
  private final StringBuilder lines = new StringBuilder();
  private Instant time = Instant.parse("2026-11-01T00:00:00Z");

  private AccessLogWriter(SplittableRandom random, ObjectNode truth) {
    this.random = random;
    operations = truth.putObject("operations");
    operations.put("requests", 0).put("bytes", 0L);
    operations.putObject("statuses");
    operations.putObject("serverErrorsByPath");
    marketing = truth.putObject("marketing");
    marketing.put("sessions", 0);
    var funnel = marketing.putObject("funnel");
    STAGES.forEach(stage -> funnel.put(stage, 0));
    marketing.putObject("referrers");
    sales = truth.putObject("sales");
    sales.put("orders", 0).put("sessions", 0).put("conversionPerMille", 0);
    sales.putObject("revenueCents");
  }

  static Item write(
      SplittableRandom random, String stem, ObjectNode truth, Derivatives derivatives) {
    var name = stem.substring(stem.lastIndexOf('/') + 1);
    for (var department : List.of("operations", "marketing", "sales")) {
      derivatives.add(truth, "Insights", department + "/" + name + ".json");
    }
    var writer = new AccessLogWriter(random, truth);
    for (int i = 0; i < 60 + random.nextInt(60); i++) {
      writer.session("s" + i);
    }
    var sessions = writer.sales.path("sessions").asInt();
    writer.sales.put(
        "conversionPerMille", writer.sales.path("orders").asInt() * 1000 / Math.max(1, sessions));
    return new Item(stem + ".log", writer.lines.toString().getBytes(StandardCharsets.UTF_8), truth);
  }

  /// A visitor comes, looks at products, and with luck goes on to an order.
  private void session(String session) {
    count(marketing, "sessions", 1);
    count(sales, "sessions", 1);
    hit(session, "GET", "/", random.nextInt(40) == 0 ? 500 : 200, referrer());
    var depth = random.nextInt(5);
    for (int stage = 0; stage < depth; stage++) {
      if (random.nextInt(12) == 0) {
        hit(session, "GET", "/nowhere-" + random.nextInt(9), 404, "-");
      }
      if (random.nextInt(20) == 0) {
        hit(session, "GET", "/" + STAGES.get(stage), 503, "-");
        return;
      }
      reach(session, stage);
    }
  }

  private void reach(String session, int stage) {
    count((ObjectNode) marketing.get("funnel"), STAGES.get(stage), 1);
    var product = "fern-" + (1 + random.nextInt(5));
    if (stage < 3) {
      hit(session, "GET", "/" + STAGES.get(stage) + "/" + product, 200, "-");
      return;
    }
    var cents = 500 + random.nextInt(9500);
    count(sales, "orders", 1);
    count((ObjectNode) sales.get("revenueCents"), product, cents);
    hit(session, "POST", "/order/" + product + "/" + cents, 200, "-");
  }

  private String referrer() {
    var referrer = REFERRERS.get(random.nextInt(REFERRERS.size()));
    if (!referrer.equals("-")) {
      count((ObjectNode) marketing.get("referrers"), referrer, 1);
    }
    return referrer;
  }

  private void hit(String session, String method, String path, int status, String referrer) {
    var bytes = 200 + random.nextInt(20_000);
    time = time.plusSeconds(random.nextInt(30));
    lines.append(
        "10.0.%d.%d - - [%s] \"%s %s HTTP/1.1\" %d %d \"%s\" \"Mozilla/5.0 (Terrarium)\" %s\n"
            .formatted(
                random.nextInt(256),
                random.nextInt(256),
                TIME.format(time),
                method,
                path,
                status,
                bytes,
                referrer,
                session));
    count(operations, "requests", 1);
    count(operations, "bytes", bytes);
    count((ObjectNode) operations.get("statuses"), Integer.toString(status), 1);
    if (status >= 500) {
      count((ObjectNode) operations.get("serverErrorsByPath"), path, 1);
    }
  }

  private static void count(ObjectNode node, String name, long more) {
    node.put(name, node.path(name).asLong() + more);
  }
}
