package dev.terrarium.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Faults;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.trace.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Terrarium's own addresses: `/_terrarium/health`, `services`, `clock`, `trace`, `trace/live`,
/// `meter`, `faults`, `reset`, and those that existing tools wait for.
///
/// They ask for no signature. So where callers must prove who they are, they serve this machine
/// only, but for `health`; and never a page of some site that a browser has open.
final class Admin {
  private static final int SPANS_MAX = 1000;

  private static final String LIVE = "/_terrarium/trace/live";
  private static final Pattern LOCAL_ORIGIN =
      Pattern.compile(
          "https?://(localhost|[\\w.-]+\\.localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1])(:\\d+)?");

  /// Services' own addresses that those use whom a template or a message told of them.
  private static final String HANDED_OUT = "/_terrarium/cfn-";

  private interface Page {
    WireResponse of(WireRequest request) throws IOException;
  }

  private final Cloud cloud;
  private final @Nullable Path snapshots;
  private final Map<String, Page> pages =
      Map.ofEntries(
          Map.entry("/_terrarium/health", request -> json(200, health())),
          Map.entry("/_localstack/health", request -> json(200, health())),
          Map.entry("/_aws/health", request -> json(200, health())),
          Map.entry(
              "/_localstack/info", request -> json(200, Json.object().put("version", "terrarium"))),
          Map.entry("/_terrarium/services", request -> json(200, services())),
          Map.entry("/_terrarium/clock", this::clock),
          Map.entry("/_terrarium/trace", request -> json(200, trace(request))),
          Map.entry("/_terrarium/meter", this::meter),
          Map.entry("/_terrarium/faults", this::faults),
          Map.entry("/_terrarium/snapshot", this::snapshot),
          Map.entry("/_terrarium/reset", this::reset),
          Map.entry("/moto-api/reset", this::reset),
          Map.entry("/_localstack/state/reset", this::reset));

  /// @param snapshots where snapshots go, or null if nothing is kept on disk
  Admin(Cloud cloud, @Nullable Path snapshots) {
    this.cloud = cloud;
    this.snapshots = snapshots;
  }

  /// Answers, if the address is one of these; tells whether it was.
  boolean answer(WireRequest request, Sender sender) throws IOException {
    if (isForeign(request)) {
      sender.send(json(403, Json.object().put("message", "This is not for callers from there.")));
      return true;
    }
    if (request.rawPath().equals(LIVE)) {
      new TraceFeed(cloud, wanted(request)).send(sender);
      return true;
    }
    var page = pages.get(request.rawPath());
    if (page == null) {
      return false;
    }
    WireResponse answer;
    try {
      answer = page.of(request);
    } catch (IllegalArgumentException | DateTimeException e) {
      answer = json(400, Json.object().put("message", e.getMessage()));
    }
    cloud.store().awaitDurable(cloud.store().position());
    sender.send(answer);
    return true;
  }

  /// Whether a request comes from somewhere from where it must not.
  private boolean isForeign(WireRequest request) {
    var origin = request.header("origin");
    var path = request.rawPath();
    if (path.endsWith("/health") || path.startsWith(HANDED_OUT)) {
      return false;
    }
    return (origin != null && !LOCAL_ORIGIN.matcher(origin).matches())
        || (cloud.enforcing() && !InetAddress.ofLiteral(request.sourceIp()).isLoopbackAddress());
  }

  private ObjectNode health() {
    var answer = Json.object();
    var services = answer.putObject("services");
    for (var service : cloud.services()) {
      services.put(service.name(), "available");
    }
    return answer.put("edition", "terrarium").put("version", "0.1.0");
  }

  private ObjectNode services() {
    var answer = Json.object();
    for (var service : cloud.services()) {
      var supported = service.supported();
      var node = answer.putObject(service.name());
      var there = node.putArray("supported");
      var missing = node.putArray("notSupported");
      for (var operation : service.model().operations()) {
        (supported.contains(operation.name()) ? there : missing).add(operation.name());
      }
    }
    return answer;
  }

  /// GET shows the clock. POST changes it: `{"advance": "PT1H"}`, `{"set":
  /// "2030-01-01T00:00:00Z"}`, `{"rate": 60}`, `{"stop": true}`, `{"reset": true}`, in this order.
  private WireResponse clock(WireRequest request) throws IOException {
    var clock = cloud.clock();
    if (request.method().equals("POST")) {
      var change = Json.parse(new String(request.bytes(), StandardCharsets.UTF_8));
      if (change.path("stop").asBoolean()) {
        clock.stop();
      }
      if (change.path("reset").asBoolean()) {
        clock.reset();
      }
      if (change.has("rate")) {
        clock.rate(change.get("rate").asDouble(-1));
      }
      if (change.has("set")) {
        set(Instant.parse(change.get("set").asText()));
      }
      if (change.has("advance")) {
        cloud.timers().advance(duration(change.get("advance")));
      }
      clock.save(cloud.store());
    }
    var answer =
        Json.object()
            .put("now", clock.now().toString())
            .put("rate", clock.rate())
            .put("offsetMillis", clock.offsetMillis());
    var next = cloud.timers().next();
    return json(200, answer.put("nextTimer", next == null ? null : next.toString()));
  }

  private void set(Instant target) {
    if (target.isBefore(cloud.clock().now())) {
      cloud.clock().jump(target);
    } else {
      cloud.timers().advanceTo(target);
    }
  }

  private static Duration duration(JsonNode node) {
    var duration =
        node.isNumber()
            ? Duration.ofMillis((long) (node.asDouble() * 1000))
            : Duration.parse(node.asText().toUpperCase(Locale.ROOT));
    if (duration.isNegative()) {
      throw new IllegalArgumentException("The clock advances by a positive duration");
    }
    return duration;
  }

  /// The latest spans, newest first: `?trace=<id>`, `?service=`, `?operation=`, `?limit=`.
  private ObjectNode trace(WireRequest request) {
    var query = request.query();
    var limit = Integer.parseInt(query.getOrDefault("limit", List.of("100")).getFirst());
    var spans = cloud.trace().latest(wanted(request), Math.clamp(limit, 1, SPANS_MAX));
    var answer = Json.object();
    var list = answer.putArray("spans");
    spans.forEach(span -> list.add(span(span)));
    return answer;
  }

  private static Predicate<Span> wanted(WireRequest request) {
    var query = request.query();
    return span ->
        matches(query.get("trace"), span.cause().traceId())
            && matches(query.get("service"), span.service())
            && matches(query.get("operation"), span.operation());
  }

  private static boolean matches(@Nullable List<String> wanted, String value) {
    return wanted == null || wanted.getFirst().equals(value);
  }

  private WireResponse meter(WireRequest request) {
    return json(200, Json.tree(cloud.meter().amounts()));
  }

  static ObjectNode span(Span span) {
    return Json.object()
        .put("traceId", span.cause().traceId())
        .put("spanId", span.cause().spanId())
        .put("parentId", span.cause().parentId())
        .put("requestId", span.requestId())
        .put("account", span.account())
        .put("region", span.region())
        .put("service", span.service())
        .put("operation", span.operation())
        .put("start", span.start().toString())
        .put("micros", span.duration().toNanos() / 1000)
        .put("error", span.error());
  }

  /// GET shows the plan. POST replaces it: `{"seed": 7, "rules": [{"point": "call:s3:PutObject",
  /// "kind": "THROTTLE", "probability": 0.1, "times": 100, "delay": "PT1S"}]}`.
  private WireResponse faults(WireRequest request) throws IOException {
    if (request.method().equals("POST")) {
      var plan = Json.parse(new String(request.bytes(), StandardCharsets.UTF_8));
      var rules = new ArrayList<Faults.Rule>();
      for (var rule : plan.path("rules")) {
        rules.add(
            new Faults.Rule(
                rule.path("point").asText(),
                Faults.Kind.valueOf(rule.path("kind").asText().toUpperCase(Locale.ROOT)),
                rule.path("probability").asDouble(1),
                rule.path("times").asLong(Long.MAX_VALUE),
                Duration.parse(rule.path("delay").asText("PT0S"))));
      }
      cloud.faults().plan(plan.path("seed").asLong(0), rules);
    }
    var answer = Json.object();
    var list = answer.putArray("rules");
    for (var rule : cloud.faults().rules()) {
      list.addObject()
          .put("point", rule.point())
          .put("kind", rule.kind().name())
          .put("probability", rule.probability())
          .put("times", rule.times())
          .put("delay", rule.delay().toString());
    }
    return json(200, answer);
  }

  /// POST `{"name": "before-the-change"}` writes a copy of everything under the data folder's
  /// `snapshots`.
  private WireResponse snapshot(WireRequest request) throws IOException {
    var root = snapshots;
    if (root == null) {
      return json(409, Json.object().put("message", "Nothing is kept on disk"));
    } else if (!request.method().equals("POST")) {
      return json(405, Json.object().put("message", "Use POST"));
    }
    var asked = Json.parse(new String(request.bytes(), StandardCharsets.UTF_8));
    var name = asked.path("name").asText();
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new IllegalArgumentException(
          "A snapshot's name has letters, digits, dots, dashes and underscores");
    }
    var directory = root.resolve(name);
    if (Files.exists(directory)) {
      return json(409, Json.object().put("message", "There is a snapshot of that name"));
    }
    Files.createDirectories(root);
    // It has its name when it is whole, so that what a crash leaves is taken for nothing else.
    var unfinished = root.resolve("." + name + "-" + cloud.ids().uuid());
    cloud.snapshot(unfinished);
    Files.move(unfinished, directory);
    return json(200, Json.object().put("directory", directory.toString()));
  }

  private WireResponse reset(WireRequest request) {
    if (!request.method().equals("POST")) {
      return json(405, Json.object().put("message", "Use POST"));
    }
    cloud.reset();
    return json(200, Json.object().put("status", "ok"));
  }

  private static WireResponse json(int status, JsonNode node) {
    return WireResponse.of(
        status, "application/json", Json.write(node).getBytes(StandardCharsets.UTF_8));
  }
}
