package dev.terrarium.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

/// A folder that deploys on AWS itself: templates, the code that they name, a script for the AWS
/// CLI and a page that says how.
public final class Export {
  private final String name;
  private final Path folder;
  private final Map<String, String> regions = new LinkedHashMap<>();
  private final Portability portability = new Portability();
  private Map<String, String> parameters = new TreeMap<>();

  /// @param name of what is exported, and of the stack unless another is named
  /// @param folder there and empty
  public Export(String name, Path folder) {
    this.name = name;
    this.folder = folder;
  }

  /// Says that a template of the folder goes to a region of its own, before `template.yaml`.
  public void abroad(String template, String region) {
    regions.put(template, region);
  }

  /// Takes a deployed stack: its template as it was given, the code of its functions and layers,
  /// its nested stacks, the values of its parameters.
  public void stack(CloudFormationClient stacks, LambdaClient functions, S3Client objects)
      throws IOException {
    var source = new StackPackage(stacks, functions, objects, portability);
    parameters = source.parameters(name);
    source.write(name, folder.resolve("template.yaml"), "");
  }

  /// Writes the script and the page; returns what would not deploy on AWS, by name, in which case
  /// the folder is not to be used.
  public List<String> finish() throws IOException {
    for (var template : templates()) {
      portability.check(template);
    }
    var lines = new ArrayList<String>();
    parameters.forEach((key, value) -> {
      if (value.lines().count() > 1) {
        portability.refuse("the parameter " + key + " has a value of several lines");
      }
      lines.add(key + "=" + value);
    });
    Files.write(folder.resolve("parameters"), lines);
    var script = folder.resolve("deploy.sh");
    Files.writeString(script, script());
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("Cannot make " + script + " executable");
    }
    Files.writeString(folder.resolve("README.md"), page());
    return portability.refusals();
  }

  private List<Path> templates() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  private String script() throws IOException {
    var abroad =
        regions.entrySet().stream()
            .map(entry -> "abroad %s %s\n".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining());
    return resource("deploy.sh").replace("@NAME@", name).replace("@ABROAD@", abroad);
  }

  private String page() throws IOException {
    var asked = new StringBuilder();
    TemplateTree.read(folder.resolve("template.yaml"))
        .section("Parameters")
        .forEach((key, parameter) -> asked.append(told(key, parameter)));
    return resource("export.md")
        .replace("@NAME@", name)
        .replace("@PARAMETERS@", asked.isEmpty() ? "None.\n" : asked);
  }

  private String told(String key, MappingNode parameter) {
    var otherwise = TemplateTree.plain(TemplateTree.value(parameter, "Default"));
    var value = parameters.getOrDefault(key, otherwise);
    var description = TemplateTree.plain(TemplateTree.value(parameter, "Description"));
    return "- `%s`: %s%s\n"
        .formatted(
            key,
            value == null ? "**must be given**" : value.isEmpty() ? "empty" : "`" + value + "`",
            description == null ? "" : ". " + description);
  }

  private static String resource(String name) throws IOException {
    try (var in = Export.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("No resource " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
