package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.LogFormat;
import software.amazon.awssdk.services.lambda.model.SystemLogLevel;

/// The lines that the platform itself writes into a sandbox's log around each invocation, as text
/// or, if the function's logging configuration says so, as JSON.
record PlatformLog(SandboxLog log, FunctionConfiguration configuration, Clock clock) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /// How an invocation went, for the report.
  ///
  /// @param initMillis how long the sandbox took to start, or -1 if it was warm
  record Report(Outcome outcome, double millis, double initMillis, int memoryUsedMegabytes) {
    long billedMillis() {
      return (long) Math.ceil(millis + Math.max(0, initMillis));
    }

    private String status() {
      if (outcome.timedOut()) {
        return "timeout";
      }
      return outcome.error() != null && !outcome.usable() ? "error" : "success";
    }
  }

  void initStart(String region) {
    var version =
        configuration.runtimeAsString().replaceFirst("([a-z]+)([0-9].*)", "$1:$2") + ".v1";
    var arn = "arn:aws:lambda:" + region + "::runtime:" + "0".repeat(64);
    if (isJson()) {
      var record = Json.object();
      record.put("initializationType", "on-demand");
      record.put("phase", "init");
      record.put("runtimeVersion", version);
      record.put("runtimeVersionArn", arn);
      record.put("functionName", configuration.functionName());
      record.put("functionVersion", configuration.version());
      event("platform.initStart", record, true);
    } else {
      log.line("INIT_START Runtime Version: " + version + "\tRuntime Version ARN: " + arn);
    }
  }

  void start(String requestId) {
    log.begin();
    if (isJson()) {
      var record = Json.object();
      record.put("requestId", requestId);
      record.put("version", configuration.version());
      event("platform.start", record, true);
    } else {
      log.line("START RequestId: " + requestId + " Version: " + configuration.version());
    }
  }

  void end(String requestId, Report report) {
    if (isJson()) {
      event("platform.report", json(requestId, report), report.status().equals("success"));
      return;
    }
    var outcome = report.outcome;
    if (outcome.timedOut()) {
      log.line(
          TIME.format(clock.now())
              + " "
              + requestId
              + " Task timed out after "
              + configuration.timeout()
              + ".00 seconds");
    } else if (!outcome.errorType().isEmpty() && !outcome.usable()) {
      log.line("RequestId: " + requestId + " Error: " + message(outcome));
    }
    log.line("END RequestId: " + requestId);
    log.line(text(requestId, report));
  }

  private String text(String requestId, Report report) {
    var text =
        String.format(
            Locale.ROOT,
            "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d"
                + " MB\tMax Memory Used: %d MB\t",
            requestId,
            report.millis,
            report.billedMillis(),
            configuration.memorySize(),
            report.memoryUsedMegabytes);
    if (report.initMillis >= 0) {
      text += String.format(Locale.ROOT, "Init Duration: %.2f ms\t", report.initMillis);
    }
    return switch (report.status()) {
      case "timeout" -> text + "Status: timeout";
      case "error" -> text + "Status: error\tError Type: " + errorType(report.outcome);
      default -> text;
    };
  }

  private ObjectNode json(String requestId, Report report) {
    var record = Json.object();
    record.put("requestId", requestId);
    var metrics = record.putObject("metrics");
    metrics.put("durationMs", Math.round(report.millis * 1000) / 1000.0);
    metrics.put("billedDurationMs", report.billedMillis());
    metrics.put("memorySizeMB", configuration.memorySize());
    metrics.put("maxMemoryUsedMB", report.memoryUsedMegabytes);
    if (report.initMillis >= 0) {
      metrics.put("initDurationMs", Math.round(report.initMillis * 1000) / 1000.0);
    }
    record.put("status", report.status());
    if (report.status().equals("error")) {
      record.put("errorType", errorType(report.outcome));
    }
    return record;
  }

  private static String errorType(Outcome outcome) {
    return outcome.errorType().isEmpty() ? "Runtime.Unknown" : outcome.errorType();
  }

  private void event(String type, ObjectNode record, boolean informational) {
    var level = configuration.loggingConfig().systemLogLevel();
    if (informational && level == SystemLogLevel.WARN) {
      return;
    }
    var event = Json.object();
    event.put("time", TIME.format(clock.now()));
    event.put("type", type);
    event.set("record", record);
    log.line(Json.write(event));
  }

  private boolean isJson() {
    var logging = configuration.loggingConfig();
    return logging != null && logging.logFormat() == LogFormat.JSON;
  }

  private static String message(Outcome outcome) {
    var text = new String(outcome.payload(), StandardCharsets.UTF_8);
    try {
      var message = Json.parse(text).path("errorMessage").asText();
      return message.replaceFirst("^RequestId: \\S+ Error: ", "");
    } catch (IllegalArgumentException _) {
      // A runtime of the function's own may have said it in any form.
      return text;
    }
  }
}
