package dev.terrarium.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `terrarium trace`.
@Command(
    name = "trace",
    description = "Shows what happened and what it followed from.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "  terrarium trace                          the latest chains",
      "  terrarium trace 1-66a0c1d2-0f3e5c...     one chain, from the first call to the last",
      "  terrarium trace --follow                 every call as it ends"
    })
final class TraceCommand implements Callable<Integer> {
  private static final int SPANS_MAX = 1000;
  private static final int CHAINS_MAX = 20;

  @Mixin private Place place = new Place();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..1", description = "The id of a chain.")
  private String chain = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Show calls as they end.")
  private boolean follow;

  @Override
  public Integer call() {
    var remote = new Remote(place.endpoint());
    var out = spec.commandLine().getOut();
    var only = chain.isEmpty() ? "" : "&trace=" + URLEncoder.encode(chain, StandardCharsets.UTF_8);
    if (follow) {
      remote.events(
          "/_terrarium/trace/live?" + only, event -> out.println(live(Json.parse(event))));
      return 0;
    }
    var spans = new ArrayList<JsonNode>();
    remote.get("/_terrarium/trace?limit=" + SPANS_MAX + only).path("spans").forEach(spans::add);
    spans.sort(Comparator.comparing(TraceCommand::start));
    if (chain.isEmpty()) {
      chains(spans, out);
      return 0;
    }
    if (spans.isEmpty()) {
      out.println("There is no such chain among the latest calls.");
      return 1;
    }
    tree(spans, out);
    return 0;
  }

  private static Instant start(JsonNode span) {
    return Instant.parse(span.path("start").asText());
  }

  /// A line for each chain: when it began, its id, its first call, how many calls and errors.
  private static void chains(List<JsonNode> spans, PrintWriter out) {
    var chains = new LinkedHashMap<String, List<JsonNode>>();
    for (var span : spans) {
      chains.computeIfAbsent(span.path("traceId").asText(), id -> new ArrayList<>()).add(span);
    }
    chains.values().stream()
        .skip(Math.max(0, chains.size() - CHAINS_MAX))
        .forEach(chain -> {
          var errors = chain.stream().filter(s -> !s.path("error").asText().isEmpty()).count();
          var first = chain.getFirst();
          out.printf(
              "%s  %s  %-32s %4d %s%s%n",
              start(first),
              first.path("traceId").asText(),
              name(first),
              chain.size(),
              chain.size() == 1 ? "call" : "calls",
              errors == 0 ? "" : ", " + errors + " failed");
        });
  }

  /// A chain from its first call on, each call below what it followed from.
  private static void tree(List<JsonNode> spans, PrintWriter out) {
    var below = new LinkedHashMap<String, List<JsonNode>>();
    var known = new HashMap<String, JsonNode>();
    spans.forEach(span -> known.put(span.path("spanId").asText(), span));
    for (var span : spans) {
      var parent = span.path("parentId").asText();
      below
          .computeIfAbsent(known.containsKey(parent) ? parent : "", id -> new ArrayList<>())
          .add(span);
    }
    show("", 0, below, out);
  }

  private static void show(
      String parent, int depth, Map<String, List<JsonNode>> below, PrintWriter out) {
    for (var span : below.getOrDefault(parent, List.of())) {
      out.println("  ".repeat(depth) + line(span));
      show(span.path("spanId").asText(), depth + 1, below, out);
    }
  }

  private static String live(JsonNode event) {
    return event.isNumber() ? "(" + event + " calls came too fast)" : line(event);
  }

  private static String line(JsonNode span) {
    var error = span.path("error").asText();
    return String.format(
        Locale.ROOT,
        "%s  %s  %.1f ms%s",
        span.path("start").asText(),
        name(span),
        span.path("micros").asLong() / 1000.0,
        error.isEmpty() ? "" : "  " + error);
  }

  private static String name(JsonNode span) {
    return span.path("service").asText() + ":" + span.path("operation").asText();
  }
}
