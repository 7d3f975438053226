package dev.terrarium.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.trace.Span;
import dev.terrarium.kernel.trace.Trace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Sends every call and hop to an OpenTelemetry collector, by OTLP over HTTP in JSON, if the
/// environment names one as OpenTelemetry's own exporters expect it: in
/// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or in `OTEL_EXPORTER_OTLP_ENDPOINT` without the path.
///
/// Each AWS service is a resource of its own, so that a collector draws the system's map. Times are
/// the cloud's, which may be virtual. A collector that is slow or away holds nothing up: spans
/// beyond some thousands are left out, and the log says how many.
///
/// See *OTLP Specification* and *Semantic conventions for AWS SDK* of OpenTelemetry.
final class TraceExport implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TraceExport.class.getName());
  private static final int BACKLOG_MAX = 16 * 1024;
  private static final int BATCH_MAX = 512;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final int KIND_SERVER = 2;
  private static final int STATUS_ERROR = 2;

  private final URI collector;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build();
  private final ArrayBlockingQueue<Span> backlog = new ArrayBlockingQueue<>(BACKLOG_MAX);
  private final AtomicLong missed = new AtomicLong();
  private final Trace.Listening listening;
  private final Thread sender;
  private boolean failing;

  private TraceExport(Trace trace, URI collector) {
    this.collector = collector;
    this.listening =
        trace.listen(span -> {
          if (!backlog.offer(span)) {
            missed.incrementAndGet();
          }
        });
    this.sender = Thread.ofVirtual().name("trace-export").start(this::run);
  }

  /// Begins to export, or null if the environment does not say where to.
  ///
  /// @throws IllegalArgumentException if what it says is no address
  static @Nullable TraceExport of(Trace trace, Map<String, String> environment) {
    var whole = environment.getOrDefault("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "");
    var base = environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "");
    if (whole.isEmpty() && base.isEmpty()) {
      return null;
    }
    var url = whole.isEmpty() ? base.replaceFirst("/+$", "") + "/v1/traces" : whole;
    if (!url.startsWith("http://") && !url.startsWith("https://")) {
      throw new IllegalArgumentException(
          "Spans cannot be sent to " + url + ": it is no URL of http");
    }
    return new TraceExport(trace, URI.create(url));
  }

  private void run() {
    var batch = new ArrayList<Span>(BATCH_MAX);
    try {
      while (true) {
        batch.add(backlog.take());
        backlog.drainTo(batch, BATCH_MAX - 1);
        send(batch);
        batch.clear();
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void send(Collection<Span> batch) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(collector)
            .timeout(ANSWER_MAX)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(document(batch))))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IOException("it answered " + answer.statusCode() + " " + answer.body());
      }
      failing = false;
    } catch (IOException e) {
      missed.addAndGet(batch.size());
      if (!failing) {
        failing = true;
        LOG.log(System.Logger.Level.WARNING, "Spans do not reach " + collector, e);
      }
    }
  }

  private static ObjectNode document(Collection<Span> batch) {
    var document = Json.object();
    var resources = document.putArray("resourceSpans");
    var byService = new HashMap<String, ArrayNode>();
    for (var span : batch) {
      byService
          .computeIfAbsent(span.service(), service -> resource(resources.addObject(), service))
          .add(node(span));
    }
    return document;
  }

  private static ArrayNode resource(ObjectNode resource, String service) {
    var attributes = resource.putObject("resource").putArray("attributes");
    attribute(attributes, "service.name", service);
    attribute(attributes, "service.namespace", "terrarium");
    attribute(attributes, "cloud.provider", "aws");
    var scope = resource.putArray("scopeSpans").addObject();
    scope.putObject("scope").put("name", "dev.terrarium");
    return scope.putArray("spans");
  }

  private static ObjectNode node(Span span) {
    var start = ChronoUnit.NANOS.between(Instant.EPOCH, span.start());
    var node =
        Json.object()
            .put("traceId", hex(span.cause().traceId(), 32))
            .put("spanId", hex(span.cause().spanId(), 16))
            .put("name", span.service() + "." + span.operation())
            .put("kind", KIND_SERVER)
            .put("startTimeUnixNano", Long.toString(start))
            .put("endTimeUnixNano", Long.toString(start + span.duration().toNanos()));
    if (!span.cause().parentId().isEmpty()) {
      node.put("parentSpanId", hex(span.cause().parentId(), 16));
    }
    var attributes = node.putArray("attributes");
    attribute(attributes, "rpc.system", "aws-api");
    attribute(attributes, "rpc.service", span.service());
    attribute(attributes, "rpc.method", span.operation());
    attribute(attributes, "aws.request_id", span.requestId());
    attribute(attributes, "cloud.account.id", span.account());
    attribute(attributes, "cloud.region", span.region());
    if (!span.error().isEmpty()) {
      attribute(attributes, "error.type", span.error());
      node.putObject("status").put("code", STATUS_ERROR).put("message", span.error());
    }
    return node;
  }

  private static void attribute(ArrayNode attributes, String key, String value) {
    attributes.addObject().put("key", key).putObject("value").put("stringValue", value);
  }

  /// An id in so many hex digits. AWS's own, but for its version, is one; one that a caller made up
  /// as he liked becomes one that depends on nothing else.
  private static String hex(String id, int digits) {
    var plain = (id.startsWith("1-") ? id.substring(2) : id).replace("-", "");
    return plain.length() == digits && plain.chars().allMatch(c -> Character.digit(c, 16) >= 0)
        ? plain
        : UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8))
            .toString()
            .replace("-", "")
            .substring(0, digits);
  }

  /// Sends what is left, if the collector takes it.
  @Override
  public void close() {
    listening.close();
    sender.interrupt();
    try {
      sender.join(ANSWER_MAX);
      var rest = new ArrayList<Span>();
      backlog.drainTo(rest);
      if (!rest.isEmpty() && !failing) {
        send(rest);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close();
    if (missed.get() > 0) {
      LOG.log(System.Logger.Level.WARNING, missed + " spans did not reach " + collector);
    }
  }
}
