package dev.terrarium.app;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `terrarium deploy`.
@Command(
    name = "deploy",
    description =
        "Deploys a CloudFormation or SAM template, with the local code that it names, and shows"
            + " what happens.",
    mixinStandardHelpOptions = true,
    footer = {"", "  terrarium deploy template.yaml --stack-name shop --parameter Stage=test"})
final class DeployCommand implements Callable<Integer> {
  @Mixin private Place place = new Place();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "template", description = "The template file.")
  private Path template = Path.of("template.yaml");

  @Option(names = "--stack-name", required = true, description = "The stack's name.")
  private String stack = "";

  @Option(names = "--parameter", description = "A template parameter's value: name=value.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(template)) {
      throw new ParameterException(spec.commandLine(), "There is no file " + template);
    }
    new Remote(place.endpoint()).get("/_terrarium/health");
    var out = spec.commandLine().getOut();
    var outputs =
        new Templates(URI.create(place.endpoint()), out::println)
            .deploy(template, stack, parameters);
    outputs.forEach((name, value) -> out.println(name + " = " + value));
    return 0;
  }
}
