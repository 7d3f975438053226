package dev.terrarium.kernel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// A resource type that gives one policy to several things: `AWS::SQS::QueuePolicy`,
/// `AWS::SNS::TopicPolicy`.
///
/// @param targets the property that lists the things
/// @param set gives a thing a policy, an empty one to take it away
/// @param gone AWS's code where a thing is not there; then it has no policy either
public record PolicyResource(
    String name, String targets, BiConsumer<String, String> set, String gone)
    implements ResourceType {
  /// A type that gives a policy to one thing, which its property names:
  /// `AWS::SQS::QueueInlinePolicy`.
  public static ResourceType ofOne(
      String name, String target, BiConsumer<String, String> set, String gone) {
    var many = new PolicyResource(name, target, set, gone);
    return new SimpleResource(
        name,
        List.of(
            Property.of("PolicyDocument").mandatory(), Property.of(target).mandatory().replacing()),
        request -> {
          var _ = many.create(request);
          return new Resource(request.properties().path(target).asText(), Map.of());
        },
        (request, current) -> {
          var _ = many.create(request);
          return current;
        },
        (request, current) -> {
          many.clear(current.physicalId());
          return current;
        });
  }

  @Override
  public List<Property> properties() {
    return List.of(Property.of("PolicyDocument").mandatory(), Property.of(targets).mandatory());
  }

  @Override
  public Resource create(Request request) {
    var document = request.properties().path("PolicyDocument");
    var policy = document.isTextual() ? document.asText() : Json.write(document);
    listed(request.properties()).forEach(target -> set.accept(target, policy));
    var id = request.generatedName(128);
    return new Resource(id, Map.of("Id", Json.tree(id)));
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var left = listed(previous);
    left.removeAll(listed(request.properties()));
    left.forEach(this::clear);
    var _ = create(request);
    return current;
  }

  @Override
  public void delete(Request request, Resource current) {
    listed(request.properties()).forEach(this::clear);
  }

  private void clear(String target) {
    try {
      set.accept(target, "");
    } catch (AwsServiceException e) {
      if (!Errors.code(e).equals(gone)) {
        throw e;
      }
    }
  }

  private Set<String> listed(ObjectNode properties) {
    var listed = new TreeSet<String>();
    var named = properties.path(targets);
    if (named.isTextual()) {
      listed.add(named.asText());
    }
    named.forEach(target -> listed.add(target.asText()));
    return listed;
  }
}
