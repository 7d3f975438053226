package dev.terrarium.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `terrarium clock`.
@Command(
    name = "clock",
    description = "Shows the cloud's clock, or changes it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "  terrarium clock --advance 90d      what falls due on the way happens, in order",
      "  terrarium clock --stop             time stands still",
      "  terrarium clock --rate 60          a minute a second",
      "  terrarium clock --set 2030-01-01T00:00:00Z",
      "  terrarium clock --reset            the machine's own time again"
    })
final class ClockCommand implements Callable<Integer> {
  @Mixin private Place place = new Place();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--advance", description = "By how much: 90s, 15m, 3h, 90d, or ISO 8601 (PT1H).")
  private String advance = "";

  @Option(names = "--set", description = "To which moment.")
  private String set = "";

  @Option(names = "--rate", description = "How fast it runs; 1 with the machine, 0 not at all.")
  private double rate = -1;

  @Option(names = "--stop", description = "Stand still.")
  private boolean stop;

  @Option(names = "--reset", description = "Show the machine's time again.")
  private boolean reset;

  @Override
  public Integer call() {
    var change = change();
    var remote = new Remote(place.endpoint());
    var clock =
        change.isEmpty()
            ? remote.get("/_terrarium/clock")
            : remote.post("/_terrarium/clock", change);
    var out = spec.commandLine().getOut();
    out.println(clock.path("now").asText() + "  (rate " + clock.path("rate").asText() + ")");
    if (!clock.path("nextTimer").isNull()) {
      out.println("next: " + clock.path("nextTimer").asText());
    }
    return 0;
  }

  private ObjectNode change() {
    var change = Json.object();
    if (stop) {
      change.put("stop", true);
    }
    if (reset) {
      change.put("reset", true);
    }
    if (rate >= 0) {
      change.put("rate", rate);
    }
    if (!set.isEmpty()) {
      change.put("set", set);
    }
    if (!advance.isEmpty()) {
      change.put("advance", iso(advance));
    }
    return change;
  }

  /// `90s`, `15m`, `3h`, `90d` as ISO 8601 writes them.
  private static String iso(String text) {
    if (!text.matches("[0-9]+[smhd]")) {
      return text;
    }
    var upper = text.toUpperCase(java.util.Locale.ROOT);
    return upper.endsWith("D") ? "P" + upper : "PT" + upper;
  }
}
