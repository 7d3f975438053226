package dev.terrarium.kernel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// A resource type that gives one policy to several things: `AWS::SQS::QueuePolicy`,
/// `AWS::SNS::TopicPolicy`.
///
/// @param targets the property that lists the things
/// @param set gives a thing a policy, an empty one to take it away
/// @param get the policy of a thing, null or empty if it has none
/// @param gone AWS's code where a thing is not there; then it has no policy either
public record PolicyResource(
    String name, String targets, BiConsumer<String, String> set, Policies get, String gone)
    implements ResourceType {
  /// Tells the policies that things have.
  @FunctionalInterface
  public interface Policies {
    /// The policy of one.
    @Nullable String of(String target);
  }

  /// A type that gives a policy to one thing, which its property names:
  /// `AWS::SQS::QueueInlinePolicy`.
  public static ResourceType ofOne(
      String name, String target, BiConsumer<String, String> set, Policies get, String gone) {
    var many = new PolicyResource(name, target, set, get, gone);
    var reading =
        Reading.of(
            target,
            one -> {
              var policy = get.of(one);
              return policy == null || policy.isEmpty()
                  ? null
                  : new Reading.State(
                      new Resource(one, Map.of()),
                      Json.object().put(target, one).set("PolicyDocument", Json.parse(policy)));
            },
            List::of);
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
        },
        reading);
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

  /// What one of the things has instead of the policy, if one has something else.
  @Override
  public Live live(Request request, Resource current) {
    var document = request.properties().path("PolicyDocument");
    var expected = document.isTextual() ? Json.parse(document.asText()) : document;
    var properties = Json.object();
    properties.set("PolicyDocument", expected);
    for (var target : listed(request.properties())) {
      @Nullable String policy;
      try {
        policy = get.of(target);
      } catch (AwsServiceException e) {
        if (!Errors.code(e).equals(gone)) {
          throw e;
        }
        policy = null;
      }
      if (policy == null || policy.isEmpty()) {
        return new Live.Gone();
      }
      var there = Json.parse(policy);
      if (!there.equals(expected)) {
        properties.set("PolicyDocument", there);
      }
    }
    return new Live.There(properties);
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
