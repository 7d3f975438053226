package dev.terrarium.kernel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Something that a service tells of itself to whoever wants to hear it: a stack has been made, a
/// parameter has changed.
///
/// @param scope where it happened
/// @param source AWS's name of the service, such as `aws.ssm`
/// @param type AWS's name of what happened, such as `Parameter Store Change`
/// @param resources the ARNs of what it happened to
/// @param detail what AWS documents for the type
public record Announcement(
    Scope scope, String source, String type, List<String> resources, ObjectNode detail) {
  /// Copies the list.
  public Announcement {
    resources = List.copyOf(resources);
  }
}
