package dev.terrarium.deploy;

import dev.terrarium.deploy.TemplateTree.Resource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.TemplateStage;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Uri;

/// Writes a deployed stack back as a template with the local code that it names: the inverse of
/// {@link Packager}.
public final class StackPackage {
  private static final Map<String, String> NESTED =
      Map.of(
          "AWS::CloudFormation::Stack", "TemplateURL", "AWS::Serverless::Application", "Location");

  private final CloudFormationClient stacks;
  private final LambdaClient functions;
  private final S3Client objects;
  private final Portability portability;

  StackPackage(
      CloudFormationClient stacks,
      LambdaClient functions,
      S3Client objects,
      Portability portability) {
    this.stacks = stacks;
    this.functions = functions;
    this.objects = objects;
    this.portability = portability;
  }

  /// The values of a stack's parameters; those that it does not tell (`NoEcho`) are left out.
  Map<String, String> parameters(String stack) {
    var values = new TreeMap<String, String>();
    stacks
        .describeStacks(describe -> describe.stackName(stack))
        .stacks()
        .getFirst()
        .parameters()
        .stream()
        .filter(parameter -> !parameter.parameterValue().equals("****"))
        .forEach(parameter -> values.put(parameter.parameterKey(), parameter.parameterValue()));
    return values;
  }

  /// Writes a stack's template as a file in a folder, and what it names beside it.
  ///
  /// @param prefix of the files of its code, `Nested-` in a nested stack
  void write(String stack, Path template, String prefix) throws IOException {
    var text =
        stacks
            .getTemplate(get -> get.stackName(stack).templateStage(TemplateStage.ORIGINAL))
            .templateBody();
    var tree = TemplateTree.parse(text, stack);
    for (var resource : tree.resources()) {
      var nested = NESTED.get(resource.type());
      var code = Packager.property(resource.type());
      if (nested != null) {
        nested(stack, resource, nested, template, prefix);
      } else if (code != null) {
        code(stack, resource, code, template, prefix);
      }
    }
    Files.writeString(template, tree.text());
  }

  private void nested(
      String stack, Resource resource, String property, Path template, String prefix)
      throws IOException {
    if (TemplateTree.value(resource.properties(), property) instanceof MappingNode) {
      portability.refuse(
          resource.id() + " is an application of AWS's repository, which cannot be had here");
      return;
    }
    var name = prefix + resource.id();
    var file = template.resolveSibling(name + ".yaml");
    write(physical(stack, resource.id()), file, name + "-");
    TemplateTree.replace(resource.properties(), property, TemplateTree.scalar(name + ".yaml"));
  }

  private void code(String stack, Resource resource, String property, Path template, String prefix)
      throws IOException {
    var node = TemplateTree.value(resource.properties(), property);
    if (node == null
        || node instanceof MappingNode map && TemplateTree.value(map, "ZipFile") != null) {
      return;
    }
    var name = prefix + resource.id() + ".zip";
    var file = template.resolveSibling(name);
    if (resource.type().endsWith("::Function")) {
      var function = physical(stack, resource.id());
      var address = functions.getFunction(get -> get.functionName(function)).code().location();
      try (var in = URI.create(address).toURL().openStream()) {
        Files.copy(in, file);
      }
    } else if (!object(resource, property, file)) {
      portability.refuse(
          resource.id()
              + ": where its "
              + property
              + " lies follows from functions of the template");
      return;
    }
    TemplateTree.replace(resource.properties(), property, TemplateTree.scalar(name));
  }

  /// Copies the object that a layer's content is; false if the template computes which one.
  private boolean object(Resource resource, String property, Path file) {
    var address = resource.text(property);
    @Nullable String bucket = null;
    @Nullable String key = null;
    if (address != null) {
      S3Uri uri = objects.utilities().parseUri(URI.create(address));
      bucket = uri.bucket().orElse(null);
      key = uri.key().orElse(null);
    } else if (TemplateTree.value(resource.properties(), property) instanceof MappingNode map) {
      bucket = first(map, "S3Bucket", "Bucket");
      key = first(map, "S3Key", "Key");
    }
    if (bucket == null || key == null) {
      return false;
    }
    var from = bucket;
    var name = key;
    objects.getObject(get -> get.bucket(from).key(name), file);
    return true;
  }

  private static @Nullable String first(MappingNode map, String name, String otherName) {
    var value = TemplateTree.plain(TemplateTree.value(map, name));
    return value != null ? value : TemplateTree.plain(TemplateTree.value(map, otherName));
  }

  private String physical(String stack, String id) {
    try {
      return stacks
          .describeStackResource(describe -> describe.stackName(stack).logicalResourceId(id))
          .stackResourceDetail()
          .physicalResourceId();
    } catch (CloudFormationException e) {
      throw new IllegalStateException(
          id + " of stack " + stack + " cannot be exported: " + e.getMessage(), e);
    }
  }
}
