package dev.terrarium.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `terrarium status`.
@Command(
    name = "status",
    description = "Tells whether the cloud is up, which services it has, and what time it shows.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private Place place = new Place();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var remote = new Remote(place.endpoint());
    var services = remote.get("/_terrarium/services");
    var clock = remote.get("/_terrarium/clock");
    var out = spec.commandLine().getOut();
    out.println("Terrarium is up at " + place.endpoint());
    out.println(
        "Its clock shows " + clock.path("now").asText() + ", rate " + clock.path("rate").asText());
    for (var service : services.properties()) {
      var supported = service.getValue().path("supported").size();
      var all = supported + service.getValue().path("notSupported").size();
      out.printf("  %-16s %4d of %4d operations%n", service.getKey(), supported, all);
    }
    return 0;
  }
}
