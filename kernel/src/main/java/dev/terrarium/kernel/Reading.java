package dev.terrarium.kernel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.ResourceType.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// What a resource type can tell of resources that it has not made: how one is told from all
/// others, whether it is there, and what it is like. Imports, drift and scans stand on it.
///
/// @param identifier AWS's primary identifier of the type: names of properties or attributes
/// @param reader reads one
/// @param list the identifiers of all in the account and region of the call, each in the order of
///   `identifier`
public record Reading(List<String> identifier, Reader reader, Supplier<List<List<String>>> list) {
  /// Copies the list.
  public Reading {
    identifier = List.copyOf(identifier);
  }

  /// Of a type with an identifier of one part.
  public static Reading of(String identifier, One reader, Supplier<List<String>> list) {
    return new Reading(
        List.of(identifier),
        parts -> reader.read(parts.getOrDefault(identifier, "")),
        () -> list.get().stream().map(List::of).toList());
  }

  /// Reads the resource of an identifier; null, or the service's own error of what is not found, if
  /// there is none.
  @FunctionalInterface
  public interface Reader {
    /// Reads one.
    @Nullable State read(Map<String, String> identifier);
  }

  /// Reads the resource of an identifier of one part.
  @FunctionalInterface
  public interface One {
    /// Reads one.
    @Nullable State read(String identifier);
  }

  /// A resource as it is.
  ///
  /// @param properties all that the type can tell, as a template would have them; null for those
  ///   that are not set
  public record State(Resource resource, ObjectNode properties) {}

  /// The resource of an identifier, or null if there is none.
  public @Nullable State find(Map<String, String> parts) {
    try {
      return reader.read(parts);
    } catch (AwsServiceException e) {
      var code = Errors.code(e);
      if (code.contains("NotFound")
          || code.contains("NoSuch")
          || code.contains("NonExistent")
          || code.contains("DoesNotExist")) {
        return null;
      }
      throw e;
    }
  }

  /// What identifies a resource that was made.
  ///
  /// @param properties that it was made with
  public Map<String, String> identify(ObjectNode properties, Resource resource) {
    var parts = new LinkedHashMap<String, String>();
    for (var name : identifier) {
      var attribute = resource.attributes().get(name);
      var value = attribute == null ? properties.get(name) : attribute;
      parts.put(
          name, value == null || !value.isValueNode() ? resource.physicalId() : value.asText());
    }
    return parts;
  }
}
