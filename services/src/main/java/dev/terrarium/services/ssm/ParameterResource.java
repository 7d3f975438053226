package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Tag;

/// `AWS::SSM::Parameter`. As on AWS, a template cannot make a `SecureString`.
final class ParameterResource {
  private final Cloud cloud;

  ParameterResource(Cloud cloud) {
    this.cloud = cloud;
  }

  ResourceType type() {
    return new SimpleResource(
        "AWS::SSM::Parameter",
        List.of(
            Property.of("Name").replacing(),
            Property.of("Type").mandatory(),
            Property.of("Value").mandatory(),
            Property.of("Description"),
            Property.of("AllowedPattern"),
            Property.of("Tier"),
            Property.of("Policies"),
            Property.of("DataType"),
            Property.of("Tags")),
        request -> put(request, null),
        (request, current) -> put(request, current.physicalId()),
        (request, current) -> {
          try {
            ssm().deleteParameter(r -> r.name(current.physicalId()));
          } catch (AwsServiceException e) {
            if (!Errors.code(e).equals("ParameterNotFound")) {
              throw e;
            }
          }
          return current;
        },
        Reading.of(
            "Name",
            name -> {
              var now = ssm().getParameter(g -> g.name(name)).parameter();
              var told = JsonShapes.tree(now, List.of("Name", "Type", "Value", "DataType"));
              return new Reading.State(
                  new Resource(
                      name,
                      Map.of(
                          "Type", Json.tree(now.typeAsString()), "Value", Json.tree(now.value()))),
                  told);
            },
            () ->
                ssm().describeParametersPaginator(d -> {}).stream()
                    .flatMap(page -> page.parameters().stream())
                    .map(parameter -> parameter.name())
                    .toList()));
  }

  private SsmClient ssm() {
    return cloud.client(SsmClient.class);
  }

  private Resource put(Request request, @Nullable String there) {
    var p = request.properties();
    var type = p.path("Type").asText();
    if (!type.equals("String") && !type.equals("StringList")) {
      throw SsmErrors.validation(
          "AWS::SSM::Parameter does not support the parameter type " + type + ".");
    }
    var name = there == null ? p.path("Name").asText("CFN-" + request.generatedName(100)) : there;
    var tags = tags(request);
    ssm()
        .putParameter(r -> {
          r.name(name)
              .type(type)
              .value(p.path("Value").asText())
              .description(text(request, "Description", there))
              .allowedPattern(text(request, "AllowedPattern", there))
              .tier(text(request, "Tier", null))
              .dataType(text(request, "DataType", null))
              .policies(text(request, "Policies", null));
          if (there == null) {
            r.tags(shown(tags));
          } else {
            r.overwrite(true);
          }
        });
    if (there != null) {
      retag(name, tags);
    }
    return new Resource(
        name, Map.of("Type", Json.tree(type), "Value", Json.tree(p.path("Value").asText())));
  }

  /// What a template no longer says is taken away.
  private static @Nullable String text(Request request, String name, @Nullable String there) {
    var value = request.properties().get(name);
    return value == null ? there == null ? null : "" : value.asText();
  }

  private void retag(String name, Map<String, String> wanted) {
    var gone =
        ssm()
            .listTagsForResource(r -> r.resourceType("Parameter").resourceId(name))
            .tagList()
            .stream()
            .map(Tag::key)
            .filter(key -> !wanted.containsKey(key))
            .toList();
    if (!gone.isEmpty()) {
      ssm().removeTagsFromResource(r -> r.resourceType("Parameter").resourceId(name).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      ssm()
          .addTagsToResource(r -> r.resourceType("Parameter").resourceId(name).tags(shown(wanted)));
    }
  }

  private static List<Tag> shown(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  /// This type's tags are a map, not a list. Those that CloudFormation makes are not for here.
  private static Map<String, String> tags(Request request) {
    var tags = new LinkedHashMap<String, String>();
    request
        .tags()
        .forEach((key, value) -> {
          if (!key.startsWith("aws:")) {
            tags.put(key, value);
          }
        });
    request
        .properties()
        .path("Tags")
        .properties()
        .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
    return tags;
  }
}
