package dev.terrarium.kernel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// A resource type made of its three steps.
///
/// @param make makes the resource
/// @param change is given new properties; returns the resource as it then is
/// @param remove may find that the resource is gone already: `ResourceNotFoundException` is as good
/// @param reading how others are found, or null
public record SimpleResource(
    String name,
    List<Property> properties,
    Function<Request, Resource> make,
    Change change,
    Change remove,
    @Nullable Reading reading)
    implements ResourceType {
  /// One that cannot find what it has not made.
  public SimpleResource(
      String name,
      List<Property> properties,
      Function<Request, Resource> make,
      Change change,
      Change remove) {
    this(name, properties, make, change, remove, null);
  }

  /// The same, but it finds resources.
  public SimpleResource reading(Reading how) {
    return new SimpleResource(name, properties, make, change, remove, how);
  }

  /// A step on a resource that is there.
  @FunctionalInterface
  public interface Change {
    /// Takes the step.
    Resource apply(Request request, Resource current);
  }

  @Override
  public Resource create(Request request) {
    return make.apply(request);
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    return change.apply(request, current);
  }

  @Override
  public void delete(Request request, Resource current) {
    try {
      var _ = remove.apply(request, current);
    } catch (AwsServiceException e) {
      if (!Errors.code(e).equals("ResourceNotFoundException")) {
        throw e;
      }
    }
  }
}
