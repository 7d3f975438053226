package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// A resource type whose resources are told by their names, so that one that a crash has cut off is
/// found again.
///
/// @param make makes the resource of a name
/// @param find the resource of a name; throws `ResourceNotFoundException` if there is none
record EventType(
    String name,
    List<Property> properties,
    Function<Request, String> nameOf,
    Make make,
    Find find,
    Change change,
    Remove remove,
    Reading reading)
    implements ResourceType {
  /// Makes a resource.
  @FunctionalInterface
  interface Make {
    /// Makes it.
    void apply(Request request, String name);
  }

  /// Finds a resource.
  @FunctionalInterface
  interface Find {
    /// Finds it.
    Resource apply(String name);
  }

  /// Changes a resource.
  @FunctionalInterface
  interface Change {
    /// Changes it.
    void apply(Request request, String name, ObjectNode previous);
  }

  /// Removes a resource.
  @FunctionalInterface
  interface Remove {
    /// Removes it.
    void apply(String name);
  }

  @Override
  public Resource create(Request request) {
    var called = nameOf.apply(request);
    make.apply(request, called);
    return find.apply(called);
  }

  @Override
  public Resource createAgain(Request request) {
    var found = existing(nameOf.apply(request));
    return found == null ? create(request) : found;
  }

  private @Nullable Resource existing(String called) {
    try {
      return find.apply(called);
    } catch (AwsServiceException e) {
      return gone(e);
    }
  }

  private static @Nullable Resource gone(AwsServiceException e) {
    if (!Errors.code(e).equals("ResourceNotFoundException")) {
      throw e;
    }
    return null;
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    change.apply(request, current.physicalId(), previous);
    return find.apply(current.physicalId());
  }

  @Override
  public void delete(Request request, Resource current) {
    try {
      remove.apply(current.physicalId());
    } catch (AwsServiceException e) {
      var _ = gone(e);
    }
  }
}
