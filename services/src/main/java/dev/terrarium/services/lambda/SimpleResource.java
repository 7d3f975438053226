package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/// A resource type made of its three steps.
///
/// @param change what is done with new properties; gives the resource as it then is
/// @param remove may find that the resource is gone already
record SimpleResource(
    String name,
    List<Property> properties,
    Function<Request, Resource> make,
    Change change,
    Change remove)
    implements ResourceType {
  /// A step on a resource that is there.
  @FunctionalInterface
  interface Change {
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
    } catch (ResourceNotFoundException _) {
      // Gone already is as good.
    }
  }
}
